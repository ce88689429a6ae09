package main

import (
	"context"
	"net/http"

	"github.com/danielgtaylor/huma/v2"
	"github.com/danielgtaylor/huma/v2/adapters/humago"

	"github.com/guise-go/guise"
)

type (
	credentials struct {
		Body struct {
			Username string `json:"username"`
			Password string `json:"password"`
		}
	}
	token struct {
		Body struct {
			Token string `json:"token"`
		}
	}
	me struct {
		Body struct {
			Name  string `json:"name"`
			Email string `json:"email"`
		}
	}
	notes struct {
		Body struct {
			Notes []string `json:"notes"`
		}
	}
	note struct {
		Body struct {
			Text string `json:"text" minLength:"1"`
		}
	}
	nothing struct{}
)

func (s *server) api() http.Handler {
	mux := http.NewServeMux()
	api := humago.New(mux, huma.DefaultConfig("Notes", "1.0.0"))
	huma.Post(api, "/api/login", s.login)

	mine := huma.NewGroup(api)
	mine.UseMiddleware(s.loadUser(api))
	huma.Get(mine, "/api/me", s.me)
	huma.Get(mine, "/api/notes", s.notes)
	huma.Register(mine, huma.Operation{
		OperationID: "add-note", Method: http.MethodPost, Path: "/api/notes", DefaultStatus: http.StatusOK,
	}, s.addNote)
	return mux
}

type userKey struct{}

// loadUser finds whom the application sees. The line with EffectiveID is the
// one that Guise changes.
func (s *server) loadUser(api huma.API) func(huma.Context, func(huma.Context)) {
	return func(ctx huma.Context, next func(huma.Context)) {
		r, _ := humago.Unwrap(ctx)
		id := guise.EffectiveID(ctx.Context(), s.tokens.UserID(r))
		user := s.desk.Person(ctx.Context(), id)
		if user.ID == "" {
			_ = huma.WriteErr(api, ctx, http.StatusUnauthorized, "log in first") // a client that has gone is nobody to tell
			return
		}
		next(huma.WithValue(ctx, userKey{}, user))
	}
}

func user(ctx context.Context) guise.User {
	user, _ := ctx.Value(userKey{}).(guise.User)
	return user
}

func (s *server) login(_ context.Context, in *credentials) (*token, error) {
	id, ok := s.desk.LogIn(in.Body.Username, in.Body.Password)
	if !ok {
		return nil, huma.Error401Unauthorized("that name and password don't belong together")
	}
	var out token
	var err error
	out.Body.Token, err = s.tokens.Issue(id)
	return &out, err
}

func (s *server) me(ctx context.Context, _ *nothing) (*me, error) {
	var out me
	out.Body.Name, out.Body.Email = user(ctx).Name, user(ctx).Email
	return &out, nil
}

func (s *server) notes(ctx context.Context, _ *nothing) (*notes, error) {
	var out notes
	out.Body.Notes = s.desk.Notes(user(ctx).ID)
	return &out, nil
}

func (s *server) addNote(ctx context.Context, in *note) (*nothing, error) {
	s.desk.AddNote(user(ctx).ID, in.Body.Text)
	return nil, nil
}
