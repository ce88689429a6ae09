// Command otel is an application that traces its requests with OpenTelemetry,
// and tells of both people: on the active span of a request, and to the services that
// it calls, in the baggage. A counter has what Guise's hooks see.
package main

import (
	"context"
	"net/http"
	"os"

	"go.opentelemetry.io/otel/attribute"
	"go.opentelemetry.io/otel/baggage"
	"go.opentelemetry.io/otel/metric"
	sdkmetric "go.opentelemetry.io/otel/sdk/metric"
	sdktrace "go.opentelemetry.io/otel/sdk/trace"
	"go.opentelemetry.io/otel/trace"

	"github.com/guise-go/guise"
	"github.com/guise-go/guise/examples/internal/app"
	"github.com/guise-go/guise/examples/internal/desk"
	"github.com/guise-go/guise/examples/internal/site"
	"github.com/guise-go/guise/memstore"
)

func main() {
	app.Main(func(ctx context.Context) (*app.App, error) {
		// What is printed here goes to a collector in production.
		return open(ctx, sdktrace.WithSyncer(printer{os.Stderr}), sdkmetric.NewManualReader())
	})
}

// open makes the application.
func open(_ context.Context, spans sdktrace.TracerProviderOption, counts sdkmetric.Reader) (*app.App, error) {
	traces := sdktrace.NewTracerProvider(spans)
	metrics := sdkmetric.NewMeterProvider(sdkmetric.WithReader(counts))
	hooks, err := counted(metrics.Meter("notes"))
	if err != nil {
		return nil, err
	}
	people := desk.Open()
	s := &site.Site{
		Data: site.Memory{Desk: people}, Users: people.Users(), Store: memstore.New(), Hooks: hooks,
		Inside: attributed,
	}
	handler, m, err := s.Open()
	if err != nil {
		return nil, err
	}
	return &app.App{Handler: traced(traces.Tracer("notes"), handler), Guise: m, Close: func(ctx context.Context) error {
		if err := traces.Shutdown(ctx); err != nil {
			return err
		}
		return metrics.Shutdown(ctx)
	}}, nil
}

// traced starts a span for each request, as otelhttp.NewHandler does. It stands
// outside of everything, Guise's middleware too.
func traced(tracer trace.Tracer, next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		ctx, span := tracer.Start(r.Context(), r.Method+" "+r.URL.Path)
		defer span.End()
		next.ServeHTTP(w, r.WithContext(ctx))
	})
}

// attributed tells of both people on the active span, whoever began it, and in
// the baggage. It stands inside Guise's middleware, where the context knows who
// is there.
func attributed(next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if i, ok := guise.From(r.Context()); ok { // only while impersonating
			trace.SpanFromContext(r.Context()).SetAttributes(
				attribute.String("enduser.id", i.Subject.ID),
				attribute.String("guise.actor.id", i.Actor.ID),
				attribute.String("guise.impersonation.id", i.ID),
			)
			r = r.WithContext(carried(r.Context(), i))
		}
		next.ServeHTTP(w, r)
	})
}

// carried adds both people to the baggage, which goes along with each request
// that is made with the context to another service. IDs only: baggage is a
// header that anyone on the way reads. And whoever receives it must not grant
// anything for it, because anyone can send one.
func carried(ctx context.Context, i *guise.Impersonation) context.Context {
	bag := baggage.FromContext(ctx)
	for key, value := range map[string]string{
		"guise.actor.id": i.Actor.ID, "guise.subject.id": i.Subject.ID, "guise.impersonation.id": i.ID,
	} {
		member, err := baggage.NewMemberRaw(key, value)
		if err != nil {
			continue // an ID that no baggage can hold is still on the span
		}
		if more, err := bag.SetMember(member); err == nil {
			bag = more
		}
	}
	return baggage.ContextWithBaggage(ctx, bag)
}

// counted counts what starts, ends and is denied, by why. No user's ID is among
// the attributes: each would be a time series of its own.
func counted(meter metric.Meter) (guise.Hooks, error) {
	count, err := meter.Int64Counter("guise.impersonations", metric.WithDescription("Impersonations that started, ended or were denied"))
	if err != nil {
		return guise.Hooks{}, err
	}
	add := func(ctx context.Context, e guise.Event) {
		count.Add(ctx, 1, metric.WithAttributes(
			attribute.String("kind", string(e.Kind)), attribute.String("cause", string(e.Cause)), attribute.String("code", e.Code),
		))
	}
	return guise.Hooks{Started: add, Ended: add, Denied: add}, nil
}
