package memstore_test

import (
	"testing"

	"github.com/guise-go/guise"
	"github.com/guise-go/guise/memstore"
	"github.com/guise-go/guise/storetest"
)

func TestStore_KeepsEveryRule(t *testing.T) {
	storetest.Run(t, func(*testing.T) guise.Store { return memstore.New() })
}
