package guise

// Action is something other than starting that one may be permitted to do; see
// Config.Permit.
type Action string

// The actions.
const (
	// ActionFind is to list, search and look at users.
	ActionFind Action = "find"
	// ActionSee is to see other people's impersonations, running and past.
	ActionSee Action = "see"
	// ActionExport is to export the log.
	ActionExport Action = "export"
	// ActionRevoke is to end somebody else's impersonation.
	ActionRevoke Action = "revoke"
	// ActionNote is to add a note to the log.
	ActionNote Action = "note"
	// ActionPurge is to delete what RetainFor says is old.
	ActionPurge Action = "purge"
	// ActionExplain is to ask who may act as whom.
	ActionExplain Action = "explain"
)

// Actions lists every action there is.
func Actions() []Action {
	return []Action{ActionFind, ActionSee, ActionExport, ActionRevoke, ActionNote, ActionPurge, ActionExplain}
}

// offers reports whether this is something that can be done here at all.
func (c Config) offers(action Action) bool {
	switch action {
	case ActionNote:
		return c.AllowNotes
	case ActionPurge:
		return c.purges()
	}
	return true
}
