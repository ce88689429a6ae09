package main

import (
	"context"
	"net"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/alicebob/miniredis/v2"
	"github.com/hibiken/asynq"

	"github.com/guise-go/guise/examples/internal/app"
	"github.com/guise-go/guise/examples/internal/drive"
)

func TestStory(t *testing.T) {
	onEach(t, func(t *testing.T, redis asynq.RedisClientOpt) {
		log := &drive.Lines{}
		drive.Site(t, drive.Serve(t, func(context.Context) (*app.App, error) { return open(redis, log) }))

		told := log.Line(t, "note", "by support, for Maya")
		if told["actor.id"] != drive.Ada || told["subject.id"] != drive.Maya || told["owner"] != drive.Maya || told["by"] != "Ada Adler, for you" {
			t.Errorf("the task that Ada asked for as Maya says %v", told)
		}
		told = log.Line(t, "note", "a note of Ada's")
		if _, ok := told["actor.id"]; ok || told["owner"] != drive.Ada || told["by"] != "you" {
			t.Errorf("the task that Ada asked for as herself says %v", told)
		}
	})
}

// TestUnreadable: a task that says it was asked for while impersonating, and
// not readably by whom, does not run as if nobody had been, now or later.
func TestUnreadable(t *testing.T) {
	onEach(t, func(t *testing.T, redis asynq.RedisClientOpt) {
		log := &drive.Lines{}
		drive.Serve(t, func(context.Context) (*app.App, error) { return open(redis, log) })
		client, inspector := asynq.NewClient(redis), asynq.NewInspector(redis)
		defer client.Close()
		defer inspector.Close()

		payload := `{"owner":"2","text":"asked for by who knows whom"}`
		headers := map[string]string{header: "half of it"}
		if _, err := client.Enqueue(asynq.NewTaskWithHeaders(kindNoteAdded, []byte(payload), headers)); err != nil {
			t.Fatal(err)
		}
		failed := log.Line(t, "payload", payload)
		if text, _ := failed["error"].(string); !strings.Contains(text, "not what Carry made") {
			t.Errorf("the task failed with %v", failed)
		}
		if task := archived(t, inspector); string(task.Payload) != payload {
			t.Errorf("the archive has %s; want this task, not to be tried again", task.Payload)
		}
	})
}

// archived waits for the first task that is not to be tried again: a worker
// puts it away after it has told that it failed.
func archived(t *testing.T, inspector *asynq.Inspector) *asynq.TaskInfo {
	t.Helper()
	for deadline := time.Now().Add(20 * time.Second); ; time.Sleep(10 * time.Millisecond) {
		tasks, err := inspector.ListArchivedTasks("default")
		if err != nil {
			t.Fatal(err)
		}
		if len(tasks) > 0 {
			return tasks[0]
		}
		if time.Now().After(deadline) {
			t.Fatal("no task was archived: it will be tried again")
		}
	}
}

// onEach runs a test on miniredis, which is what the command has by itself,
// and on a Redis server where the machine has one.
func onEach(t *testing.T, test func(*testing.T, asynq.RedisClientOpt)) {
	t.Run("miniredis", func(t *testing.T) {
		test(t, asynq.RedisClientOpt{Addr: miniredis.RunT(t).Addr()})
	})
	if path, err := exec.LookPath("redis-server"); err == nil {
		t.Run("redis-server", func(t *testing.T) { test(t, serveRedis(t, path)) })
	}
}

// serveRedis runs a server that only this test uses, and keeps nothing.
func serveRedis(t *testing.T, path string) asynq.RedisClientOpt {
	t.Helper()
	socket := filepath.Join(t.TempDir(), "redis")
	server := exec.Command(path, "--port", "0", "--unixsocket", socket, "--save", "", "--appendonly", "no")
	server.Dir = filepath.Dir(socket)
	if err := server.Start(); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		_ = server.Process.Kill()
		_ = server.Wait() // it was killed
	})
	for deadline := time.Now().Add(20 * time.Second); ; time.Sleep(10 * time.Millisecond) {
		connection, err := net.Dial("unix", socket)
		if err == nil {
			_ = connection.Close()
			return asynq.RedisClientOpt{Network: "unix", Addr: socket}
		}
		if time.Now().After(deadline) {
			t.Fatalf("redis-server does not answer: %v", err)
		}
	}
}
