package main

import (
	"net/http"
	"net/http/httptest"
	"testing"

	"github.com/gin-contrib/sessions/memstore"
	"github.com/gin-gonic/gin"

	"github.com/guise-go/guise"
	"github.com/guise-go/guise/examples/internal/desk"
	"github.com/guise-go/guise/examples/internal/drive"
)

// A gin.Context is a context too: what it is handed to has to know who is there.
func TestGinsContextKnowsOfTheImpersonation(t *testing.T) {
	gin.SetMode(gin.ReleaseMode)
	engine := (&server{desk.Open(), memstore.NewStore([]byte("key"))}).engine()
	engine.GET("/who", func(c *gin.Context) { c.String(http.StatusOK, guise.EffectiveID(c, "the actor")) })
	ctx, err := guise.Resume(t.Context(), `{"guise":1,"id":"i","actor":{"id":"ada"},"subject":{"id":"maya"},"mode":"read_only","stack_id":"i"}`)
	if err != nil {
		t.Fatal(err)
	}
	w := httptest.NewRecorder()
	engine.ServeHTTP(w, httptest.NewRequestWithContext(ctx, http.MethodGet, "/who", nil))
	if w.Body.String() != "maya" {
		t.Errorf("it says %q", w.Body)
	}
}

func TestStory(t *testing.T) { drive.Site(t, drive.Serve(t, open)) }
