package installer

import (
	"maps"
	"slices"
)

// An itemKey is where a skill or an agent is recorded: under a name in a folder.
type itemKey struct{ folder, name string }

// An index answers questions about the items of a receipt. One that is asked
// for each skill of each folder would take the square of their number from
// [Receipt.Item]. The receipt must not change meanwhile.
type index struct {
	items map[itemKey]*Item
	// folders has the items of a folder, in the order of the receipt, and owners
	// the clients that have something in it.
	folders map[string][]*Item
	owners  map[string][]string
}

func (r Receipt) index() index {
	x := index{map[itemKey]*Item{}, map[string][]*Item{}, map[string][]string{}}
	for i := range r.Items {
		rec := &r.Items[i]
		key := itemKey{rec.Folder, rec.Name}
		if x.items[key] == nil {
			x.items[key] = rec
		}
		x.folders[rec.Folder] = append(x.folders[rec.Folder], rec)
	}
	for dir, items := range x.folders {
		x.owners[dir] = owners(items)
	}
	return x
}

// item is what is recorded of a thing in a folder, nil if nothing is.
func (x index) item(folder, name string) *Item { return x.items[itemKey{folder, name}] }

// owners are the clients for which one of the items is there.
func owners(items []*Item) []string {
	ids := map[string]bool{}
	for _, rec := range items {
		if rec.Left {
			continue
		}
		for _, id := range rec.Clients {
			ids[id] = true
		}
	}
	return slices.Sorted(maps.Keys(ids))
}

// byPath are the recorded items that are not only left, by where they lie.
func (r Receipt) byPath() map[string]*Item {
	out := map[string]*Item{}
	for i := range r.Items {
		if path := r.Items[i].Path(); !r.Items[i].Left && out[path] == nil {
			out[path] = &r.Items[i]
		}
	}
	return out
}

// An itemList is the items of a receipt while they are replaced one by one.
type itemList struct {
	items []*Item // nil for those that are forgotten
	at    map[itemKey]int
}

func newItemList(items []Item, more int) *itemList {
	l := &itemList{items: make([]*Item, 0, len(items)+more), at: make(map[itemKey]int, len(items)+more)}
	for i := range items {
		l.add(&items[i])
	}
	return l
}

func (l *itemList) add(item *Item) {
	l.at[itemKey{item.Folder, item.Name}] = len(l.items)
	l.items = append(l.items, item)
}

// put records what is under a name in a folder, or forgets it if item is nil.
func (l *itemList) put(folder, name string, item *Item) {
	l.forget(folder, name)
	if item != nil {
		l.forget(folder, item.Name)
		l.add(item)
	}
}

func (l *itemList) forget(folder, name string) {
	key := itemKey{folder, name}
	if i, ok := l.at[key]; ok {
		l.items[i] = nil
		delete(l.at, key)
	}
}

// list are the items, in no order.
func (l *itemList) list() []Item {
	out := make([]Item, 0, len(l.at))
	for _, item := range l.items {
		if item != nil {
			out = append(out, *item)
		}
	}
	return out
}
