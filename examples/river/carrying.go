package main

import (
	"context"
	"encoding/json"
	"fmt"

	"github.com/riverqueue/river"
	"github.com/riverqueue/river/rivertype"

	"github.com/guise-go/guise"
)

// key is where a job's metadata say who asked for it.
const key = "guise"

// carrying has each job that is inserted while impersonating say so, and each
// that says so run with a context that does.
func carrying() []rivertype.Middleware {
	return []rivertype.Middleware{
		river.JobInsertMiddlewareFunc(func(ctx context.Context, jobs []*rivertype.JobInsertParams, insert func(context.Context) ([]*rivertype.JobInsertResult, error)) ([]*rivertype.JobInsertResult, error) {
			for _, job := range jobs {
				var err error
				if job.Metadata, err = pack(ctx, job.Metadata); err != nil {
					return nil, err
				}
			}
			return insert(ctx)
		}),
		river.WorkerMiddlewareFunc(func(ctx context.Context, job *rivertype.JobRow, work func(context.Context) error) error {
			ctx, err := unpack(ctx, job.Metadata)
			if err != nil {
				// Trying again would read the same, and to run it as if
				// nobody had been impersonating would be wrong.
				return river.JobCancel(err)
			}
			return work(ctx)
		}),
	}
}

// pack adds the impersonation of the context, if there is one, to the metadata.
func pack(ctx context.Context, metadata []byte) ([]byte, error) {
	carried := guise.Carry(ctx)
	if carried == "" {
		return metadata, nil
	}
	all := map[string]json.RawMessage{}
	if len(metadata) > 0 {
		if err := json.Unmarshal(metadata, &all); err != nil {
			return nil, fmt.Errorf("the job's metadata: %w", err)
		}
	}
	text, err := json.Marshal(carried)
	if err != nil {
		return nil, err
	}
	all[key] = text
	return json.Marshal(all)
}

// unpack puts it into the context of the job's work.
func unpack(ctx context.Context, metadata []byte) (context.Context, error) {
	var found struct {
		Guise string `json:"guise"`
	}
	if len(metadata) > 0 {
		if err := json.Unmarshal(metadata, &found); err != nil {
			return nil, fmt.Errorf("the job's metadata: %w", err)
		}
	}
	return guise.Resume(ctx, found.Guise)
}
