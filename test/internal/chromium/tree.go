package chromium

import (
	"context"
	"encoding/json"

	"github.com/chromedp/cdproto/accessibility"
	"github.com/chromedp/chromedp"
)

// Node is what a screen reader meets: a role, as "button", and a name.
type Node struct{ Role, Name string }

// Tree is the page as a screen reader goes through it, from the top.
func (p *Page) Tree() []Node {
	p.t.Helper()
	var found []*accessibility.Node
	p.command("ask for the accessibility tree", func(ctx context.Context) error {
		tree, err := chromedp.Call(ctx, accessibility.GetFullAXTree, accessibility.GetFullAXTreeParams{})
		found = tree.Nodes
		return err
	})
	if len(found) == 0 {
		p.fatalf("the accessibility tree is empty")
	}
	byID := map[accessibility.NodeID]*accessibility.Node{}
	for _, node := range found {
		byID[node.NodeID] = node
	}
	var nodes []Node
	var walk func(*accessibility.Node)
	walk = func(node *accessibility.Node) {
		if node == nil {
			return
		}
		if !node.Ignored {
			nodes = append(nodes, Node{valueOf(node.Role), valueOf(node.Name)})
		}
		for _, child := range node.ChildIDs {
			walk(byID[child])
		}
	}
	walk(found[0])
	return nodes
}

func valueOf(v *accessibility.Value) string {
	var text string
	if v != nil {
		_ = json.Unmarshal(v.Value, &text) // what is no text is no name
	}
	return text
}
