package main

import (
	"context"
	"net/http"
	"net/http/httptest"
	"testing"

	"go.opentelemetry.io/otel/attribute"
	"go.opentelemetry.io/otel/baggage"
	sdkmetric "go.opentelemetry.io/otel/sdk/metric"
	"go.opentelemetry.io/otel/sdk/metric/metricdata"
	sdktrace "go.opentelemetry.io/otel/sdk/trace"
	"go.opentelemetry.io/otel/sdk/trace/tracetest"

	"github.com/guise-go/guise"
	"github.com/guise-go/guise/examples/internal/app"
	"github.com/guise-go/guise/examples/internal/drive"
)

func TestStory(t *testing.T) {
	spans, counts := tracetest.NewInMemoryExporter(), sdkmetric.NewManualReader()
	base := drive.Serve(t, func(ctx context.Context) (*app.App, error) {
		return open(ctx, sdktrace.WithSyncer(spans), counts)
	})
	drive.Site(t, base)

	ada := drive.Open(t, base)
	ada.LogIn("ada")
	ada.ActAs(drive.Maya)
	spans.Reset()
	id := ada.Get("/account").Header.Get("Guise-Impersonation")
	want := []attribute.KeyValue{
		attribute.String("enduser.id", drive.Maya), attribute.String("guise.actor.id", drive.Ada), attribute.String("guise.impersonation.id", id),
	}
	if got := last(t, spans); id == "" || attribute.NewSet(got...) != attribute.NewSet(want...) {
		t.Errorf("the span of a request while acting has %v; want %v", got, want)
	}
	ada.Release()
	ada.Get("/account")
	if got := last(t, spans); len(got) != 0 {
		t.Errorf("the span of a request after leaving has %v; want nothing", got)
	}
	for kind, least := range map[guise.Kind]int64{guise.KindStarted: 5, guise.KindEnded: 5, guise.KindDenied: 1} {
		if got := count(t, counts, kind); got < least {
			t.Errorf("%d were counted as %s; want at least %d", got, kind, least)
		}
	}
}

// last is what the last span says beside its name.
func last(t *testing.T, spans *tracetest.InMemoryExporter) []attribute.KeyValue {
	t.Helper()
	all := spans.GetSpans()
	if len(all) == 0 {
		t.Fatal("there is no span")
	}
	return all[len(all)-1].Attributes
}

// count is how many of a kind the metric has.
func count(t *testing.T, reader *sdkmetric.ManualReader, kind guise.Kind) (n int64) {
	t.Helper()
	var all metricdata.ResourceMetrics
	if err := reader.Collect(t.Context(), &all); err != nil {
		t.Fatal(err)
	}
	for _, scope := range all.ScopeMetrics {
		for _, m := range scope.Metrics {
			for _, point := range m.Data.(metricdata.Sum[int64]).DataPoints {
				if value, _ := point.Attributes.Value("kind"); value.AsString() == string(kind) {
					n += point.Value
				}
			}
		}
	}
	return n
}

// The active span is the one that was begun last, by a router or an ORM say.
func TestAttributed_GoesToTheActiveSpan(t *testing.T) {
	spans := tracetest.NewInMemoryExporter()
	tracer := sdktrace.NewTracerProvider(sdktrace.WithSyncer(spans)).Tracer("test")
	ctx, err := guise.Resume(t.Context(), `{"guise":1,"id":"i1","actor":{"id":"ada"},"subject":{"id":"maya"},"mode":"read_only","stack_id":"i1"}`)
	if err != nil {
		t.Fatal(err)
	}
	outer, inner := "outer", "GET /account"
	ctx, span := tracer.Start(ctx, outer)
	traced(tracer, attributed(http.NotFoundHandler())).ServeHTTP(httptest.NewRecorder(), httptest.NewRequestWithContext(ctx, "GET", "/account", nil))
	span.End()
	for _, s := range spans.GetSpans() {
		want := map[string]int{inner: 3, outer: 0}[s.Name]
		if len(s.Attributes) != want {
			t.Errorf("the span %q has %v; want %d attributes", s.Name, s.Attributes, want)
		}
	}
	if len(spans.GetSpans()) != 2 {
		t.Errorf("there are %d spans; want two", len(spans.GetSpans()))
	}
}

func TestBaggage_TellsTheNextService(t *testing.T) {
	i := &guise.Impersonation{ID: "i1", Actor: guise.Actor{User: guise.User{ID: "ada;x"}}, Subject: guise.Subject{User: guise.User{ID: "måya"}}}
	bag := baggage.FromContext(carried(t.Context(), i))
	for key, want := range map[string]string{"guise.impersonation.id": "i1", "guise.actor.id": "ada;x", "guise.subject.id": "måya"} {
		if got := bag.Member(key).Value(); got != want {
			t.Errorf("the baggage says %s=%q; want %q", key, got, want)
		}
	}
	if _, err := baggage.Parse(bag.String()); err != nil {
		t.Errorf("the header %q can't be read: %v", bag.String(), err)
	}
}
