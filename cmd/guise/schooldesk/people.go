package schooldesk

// password is everyone's. The login page says so: this is a demo.
const password = "demo"

// person is one of the people one can log in as; the login page lists them.
type person struct {
	Username  string
	Name      string
	School    int64
	About     string
	Inactive  bool
	Staff     bool
	Superuser bool
	For       string // what logging in as this person is good for
}

// Email is the address the person logs in with.
func (p person) Email() string { return p.Username + "@schooldesk.example" }

// people returns the named people in the order of their IDs, from 1.
func people() []person {
	return []person{
		{
			Username: "admin", Name: "Ada Bergström", School: 1, About: "Head of support", Superuser: true,
			For: "Superuser. Start here: find out what Maya sees.",
		},
		{
			Username: "boss", Name: "Boris Kaya", School: 2, About: "Managing director", Superuser: true,
			For: "A second superuser: sees what admin did, in the log.",
		},
		{
			Username: "staff", Name: "Stella Moreau", School: 1, About: "Support team", Staff: true,
			For: "Support, no superuser. May act as customers with --policy staff.",
		},
		{
			Username: "staff2", Name: "Samuel Adeyemi", School: 2, About: "Support team", Staff: true,
			For: "A colleague of Stella’s, at another school.",
		},
		{
			Username: "maya", Name: "Maya Lindqvist", School: 1, About: "Year 9 student",
			For: "The customer with the empty timetable.",
		},
		{
			Username: "noah", Name: "Noah Haddad", School: 2, About: "Parent of Lina, Year 7",
			For: "A customer of another school. All is well here.",
		},
		{
			Username: "inactive", Name: "Ines Novak", School: 1, About: "Left the school", Inactive: true,
			For: "Deactivated: can neither log in nor be acted as.",
		},
		{
			Username: "script", Name: "<script>alert(1)</script>", School: 2, About: "Parent with an odd name",
			For: "A customer whose name tries to be a script.",
		},
	}
}
