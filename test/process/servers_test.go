package process

import (
	"net/http"
	"testing"

	"github.com/guise-go/guise/internal/databases"
	"github.com/guise-go/guise/test/internal/demo"
)

// Two demos that share nothing but a server's database are one application, and
// one of them dying takes nothing from the other.
func TestTwoProcesses_OnAServersDatabase(t *testing.T) {
	t.Parallel()
	for name, empty := range map[string]func(testing.TB) *databases.Database{
		"PostgreSQL": databases.Postgres,
		"MariaDB":    databases.MySQL,
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			p := pairOn(t, demo.StartOn(t, empty(t).URL, customers))
			whatOneBegins(t, p)

			_, revoked := p.act(t)
			if answer := revoke(p.boss, revoked.ID); answer.Status != http.StatusOK {
				t.Fatalf("B ends what A began: %s, want 200", answer)
			}
			wantEnded(t, revoked.ID, "revoked", p.admin, p.boss)

			acting, begun := p.act(t)
			p.a.Kill()
			if got := whoami(t, acting.At(p.b)); got != demo.Maya {
				t.Errorf("with A killed, B sees %q, want %q", got, demo.Maya)
			}
			if live := running(t, p.boss); len(live) != 1 || live[0].ID != begun.ID {
				t.Errorf("with A killed, B lists %+v as running, want %s", live, begun.ID)
			}
			demo.Decode[any](t, stop(acting.At(p.b)), http.StatusOK)
			wantEnded(t, begun.ID, "stopped", p.boss)

			p.a.Restart()
			wantEnded(t, begun.ID, "stopped", p.admin)
			wantRefused(t, acting)
		})
	}
}
