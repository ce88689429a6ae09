// Command gorm is an application whose notes GORM keeps. A hook of the model
// writes down who really made a row, wherever in the application that is done.
package main

import (
	"context"
	"errors"

	"gorm.io/driver/postgres"
	"gorm.io/gorm"
	"gorm.io/gorm/logger"

	"github.com/guise-go/guise"
	"github.com/guise-go/guise/examples/internal/app"
	"github.com/guise-go/guise/examples/internal/pg"
	"github.com/guise-go/guise/examples/internal/site"
)

func main() { pg.Main(open) }

// open makes the application on the database.
func open(ctx context.Context, url string) (*app.App, error) {
	// Guise's users and store take the *sql.DB that GORM is on, too.
	db, users, store, err := pg.Data(ctx, url)
	if err != nil {
		return nil, err
	}
	orm, err := gorm.Open(postgres.New(postgres.Config{Conn: db}), &gorm.Config{Logger: logger.Discard})
	if err == nil {
		err = orm.WithContext(ctx).AutoMigrate(&note{})
	}
	if err != nil {
		return nil, errors.Join(err, db.Close())
	}
	s := &site.Site{Data: &notes{orm, users}, Users: users, Store: store}
	handler, m, err := s.Open()
	if err != nil {
		return nil, errors.Join(err, db.Close())
	}
	return &app.App{Handler: handler, Guise: m, Close: func(context.Context) error { return db.Close() }}, nil
}

// note is the model. WrittenBy is the user who really wrote it: its owner, or
// who acted as them.
type note struct {
	ID        int64
	Owner     string `gorm:"index;not null"`
	WrittenBy string `gorm:"not null"`
	Text      string `gorm:"not null"`
}

// BeforeCreate is GORM's hook. It needs the context that the statement runs
// with, so db.WithContext(ctx), or GORM's generics, which take one.
func (n *note) BeforeCreate(tx *gorm.DB) error {
	n.WrittenBy = n.Owner
	if actor, ok := guise.ActorFrom(tx.Statement.Context); ok { // only while impersonating
		n.WrittenBy = actor.ID
	}
	return nil
}

type notes struct {
	db    *gorm.DB
	users guise.Directory
}

func (n *notes) Person(ctx context.Context, id string) (guise.User, error) {
	return pg.Person(ctx, n.users, id)
}

func (n *notes) Notes(ctx context.Context) ([]string, error) {
	found, err := gorm.G[note](n.db).Where("owner = ?", site.User(ctx).ID).Order("id").Find(ctx)
	texts := make([]string, 0, len(found))
	for _, one := range found {
		texts = append(texts, one.Text)
	}
	return texts, err
}

func (n *notes) AddNote(ctx context.Context, text string) error {
	return gorm.G[note](n.db).Create(ctx, &note{Owner: site.User(ctx).ID, Text: text})
}
