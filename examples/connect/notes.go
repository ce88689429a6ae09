package main

import (
	"context"
	"encoding/json"
	"errors"
	"net/http"

	"connectrpc.com/connect"
	"google.golang.org/protobuf/types/known/emptypb"
	"google.golang.org/protobuf/types/known/structpb"
	"google.golang.org/protobuf/types/known/wrapperspb"

	"github.com/guise-go/guise"
)

// The procedures. An application has them from its generated code; these make do
// with messages that protobuf has itself.
const (
	procedureMe   = "/notes.v1.Notes/Me"
	procedureList = "/notes.v1.Notes/List"
	procedureAdd  = "/notes.v1.Notes/Add"
)

func (s *server) procedures() http.Handler {
	mine := connect.WithInterceptors(connect.UnaryInterceptorFunc(s.loadUser))
	mux := http.NewServeMux()
	mux.Handle(procedureMe, connect.NewUnaryHandler(procedureMe, s.me, mine))
	mux.Handle(procedureList, connect.NewUnaryHandler(procedureList, s.list, mine))
	mux.Handle(procedureAdd, connect.NewUnaryHandler(procedureAdd, s.add, mine))
	return mux
}

type userKey struct{}

// loadUser finds whom the application sees. The line with EffectiveID is the
// one that Guise changes; a call's context is that of its request.
func (s *server) loadUser(next connect.UnaryFunc) connect.UnaryFunc {
	return func(ctx context.Context, call connect.AnyRequest) (connect.AnyResponse, error) {
		realID := s.tokens.UserID(&http.Request{Header: call.Header()})
		id := guise.EffectiveID(ctx, realID)
		user := s.desk.Person(ctx, id)
		if user.ID == "" {
			return nil, connect.NewError(connect.CodeUnauthenticated, errors.New("log in first"))
		}
		return next(context.WithValue(ctx, userKey{}, user), call)
	}
}

func user(ctx context.Context) guise.User {
	user, _ := ctx.Value(userKey{}).(guise.User)
	return user
}

func (s *server) me(ctx context.Context, _ *connect.Request[emptypb.Empty]) (*connect.Response[structpb.Struct], error) {
	said, err := structpb.NewStruct(map[string]any{"name": user(ctx).Name, "email": user(ctx).Email})
	if err != nil {
		return nil, err
	}
	return connect.NewResponse(said), nil
}

func (s *server) list(ctx context.Context, _ *connect.Request[emptypb.Empty]) (*connect.Response[structpb.ListValue], error) {
	list := &structpb.ListValue{}
	for _, text := range s.desk.Notes(user(ctx).ID) {
		list.Values = append(list.Values, structpb.NewStringValue(text))
	}
	return connect.NewResponse(list), nil
}

func (s *server) add(ctx context.Context, in *connect.Request[wrapperspb.StringValue]) (*connect.Response[emptypb.Empty], error) {
	s.desk.AddNote(user(ctx).ID, in.Msg.GetValue())
	return connect.NewResponse(&emptypb.Empty{}), nil
}

func (s *server) login(w http.ResponseWriter, r *http.Request) {
	var in struct{ Username, Password string }
	if err := json.NewDecoder(http.MaxBytesReader(w, r.Body, 1<<10)).Decode(&in); err != nil {
		http.Error(w, "send username and password as JSON", http.StatusBadRequest)
		return
	}
	id, ok := s.desk.LogIn(in.Username, in.Password)
	if !ok {
		http.Error(w, "that name and password don't belong together", http.StatusUnauthorized)
		return
	}
	token, err := s.tokens.Issue(id)
	if err != nil {
		http.Error(w, err.Error(), http.StatusInternalServerError)
		return
	}
	w.Header().Set("Content-Type", "application/json")
	_ = json.NewEncoder(w).Encode(map[string]string{"token": token}) // a client that has gone is nobody to tell
}
