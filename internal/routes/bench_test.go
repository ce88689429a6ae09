package routes

import "testing"

func BenchmarkTenPatterns(b *testing.B) {
	set := parsed(b, "/password", "/u/{id}/password", "/email/", "/2fa/", "POST /tokens/{id}", "/payment/{rest...}",
		"/account/delete", "/api/v1/keys/", "app.example/danger/", "/admin/{area}/users/{id}/rights")
	for name, line := range map[string]string{
		"plain":  "GET /courses/42/lessons/7",
		"odd":    "GET /courses/%34%32/lessons/7",
		"escape": `GET //courses/..;/%252e%252e/lessons%5C7;x/`,
	} {
		r := request(b, line)
		b.Run("exact/"+name, func(b *testing.B) {
			b.ReportAllocs()
			for b.Loop() {
				if set.MatchExact(r) {
					b.Fatal("matches")
				}
			}
		})
		b.Run("wide/"+name, func(b *testing.B) {
			b.ReportAllocs()
			for b.Loop() {
				if set.MatchWide(r) {
					b.Fatal("matches")
				}
			}
		})
	}
}
