package chromium

import (
	"io"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
)

// The browser suites rest on this: a page that complains fails its test.
func TestProblems_EachKindIsNoticed(t *testing.T) {
	tests := []struct{ name, head, body, want string }{
		{"nothing", ``, `<p>well</p>`, ""},
		{"console.error", ``, `<script>console.error("oh", 1)</script>`, `console.error: "oh" 1`},
		{"exception", ``, `<script>throw new Error("oh")</script>`, "uncaught: Error: oh"},
		{"rejected promise", ``, `<script>Promise.reject(new Error("oh"))</script>`, "uncaught: Error: oh"},
		{"missing resource", ``, `<img src="/missing.png" alt="">`, "404"},
		{"policy", `<meta http-equiv="Content-Security-Policy" content="default-src 'none'">`, `<style>p{color:red}</style>`, "Content Security Policy"},
		{"another host", ``, `<img src="http://elsewhere.invalid/pixel.png" alt="">`, "asked another host, elsewhere.invalid"},
		{"dialog", ``, `<script>alert("oh")</script>`, `a dialog opened: alert "oh"`},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			mux := http.NewServeMux()
			mux.HandleFunc("GET /{$}", func(w http.ResponseWriter, r *http.Request) {
				io.WriteString(w, `<!doctype html><title>x</title><link rel="icon" href="data:,">`+tt.head+`<body>`+tt.body)
			})
			server := httptest.NewServer(mux)
			defer server.Close()

			p := Open(t)
			p.Goto(server.URL + "/")

			got := strings.Join(p.problems.take(), "\n")
			if tt.want == "" && got != "" || !strings.Contains(got, tt.want) {
				t.Errorf("noticed %q, want %q", got, tt.want)
			}
		})
	}
}

func TestPage_FillAndPressAsAPersonWould(t *testing.T) {
	mux := http.NewServeMux()
	mux.HandleFunc("GET /{$}", func(w http.ResponseWriter, r *http.Request) {
		io.WriteString(w, `<!doctype html><title>x</title><link rel="icon" href="data:,">
			<form action="/sent"><input type="hidden" name="who" value="no"><input name="who" value="old"><button hidden>Send now</button><button> Send
 now </button></form>`)
	})
	mux.HandleFunc("GET /sent", func(w http.ResponseWriter, r *http.Request) {
		w.Header().Set("Content-Type", "text/html")
		io.WriteString(w, `<!doctype html><title>x</title><link rel="icon" href="data:,"><p style="color: rgb(1, 2, 3)">`+strings.Join(r.URL.Query()["who"], "+"))
	})
	server := httptest.NewServer(mux)
	defer server.Close()

	p := Open(t)
	p.Goto(server.URL + "/")
	p.Fill("who", "new")
	p.Press("form", "Send now")

	if got, want := p.Text("p"), "no+new"; got != want {
		t.Errorf("sent %q, want %q", got, want)
	}
	if got, want := p.Style("p", "color"), "rgb(1, 2, 3)"; got != want {
		t.Errorf("color is %q, want %q", got, want)
	}
	if got, want := p.Path(), "/sent?who=no&who=new"; got != want {
		t.Errorf("the address is %q, want %q", got, want)
	}
}
