package guise

import (
	"context"
	"log/slog"
	"slices"
)

// LogHandler adds `actor.id`, `subject.id` and `impersonation.id` to every
// record that is logged with the context of a request made while
// impersonating, at the top level whatever groups are open. Other records pass
// untouched.
func LogHandler(next slog.Handler) slog.Handler { return &logHandler{plain: next, first: next} }

// logHandler remembers what was added to the first handler, so that the IDs
// can be put before it.
type logHandler struct {
	plain slog.Handler // with everything that was added
	first slog.Handler
	added []func(slog.Handler) slog.Handler
}

func (h *logHandler) Enabled(ctx context.Context, level slog.Level) bool {
	return h.plain.Enabled(ctx, level)
}

func (h *logHandler) Handle(ctx context.Context, record slog.Record) error {
	who, ok := impersonating(ctx)
	if !ok {
		return h.plain.Handle(ctx, record)
	}
	i := who.impersonation
	next := h.first.WithAttrs([]slog.Attr{
		slog.String("actor.id", i.Actor.ID), slog.String("subject.id", i.Subject.ID), slog.String("impersonation.id", i.ID),
	})
	for _, add := range h.added {
		next = add(next)
	}
	return next.Handle(ctx, record)
}

func (h *logHandler) WithAttrs(attrs []slog.Attr) slog.Handler {
	return h.with(func(next slog.Handler) slog.Handler { return next.WithAttrs(attrs) })
}

func (h *logHandler) WithGroup(name string) slog.Handler {
	if name == "" {
		return h
	}
	return h.with(func(next slog.Handler) slog.Handler { return next.WithGroup(name) })
}

func (h *logHandler) with(add func(slog.Handler) slog.Handler) slog.Handler {
	return &logHandler{plain: add(h.plain), first: h.first, added: append(slices.Clip(h.added), add)}
}
