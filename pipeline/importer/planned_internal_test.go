package importer

import (
	"encoding/binary"
	"math/rand/v2"
	"testing"

	"pgregory.net/rapid"

	"muster/pipeline"
)

// TestOwnersAreAMap compares the table with a map, for tags whose places collide often.
func TestOwnersAreAMap(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		var o owners
		want := map[pipeline.Tag]int32{}
		tag := rapid.Custom(func(t *rapid.T) (tag pipeline.Tag) {
			binary.LittleEndian.PutUint64(tag[:], rapid.Uint64Range(0, 3).Draw(t, "a")<<rapid.IntRange(0, 62).Draw(t, "by"))
			tag[8], tag[15] = rapid.ByteRange(0, 2).Draw(t, "b"), rapid.ByteRange(0, 1).Draw(t, "piece")
			return tag
		})
		for i := range rapid.IntRange(0, 300).Draw(t, "n") {
			tag := tag.Draw(t, "tag")
			row, there := o.of(&tag)
			if was, known := want[tag]; there != known || row != was {
				t.Fatalf("%x is %d, %v: want %d, %v", tag, row, there, was, known)
			}
			if rapid.Bool().Draw(t, "set") {
				o.set(&tag, int32(i))
				want[tag] = int32(i)
			}
		}
		for tag, was := range want {
			if row, there := o.of(&tag); !there || row != was {
				t.Fatalf("%x is %d, %v: want %d", tag, row, there, was)
			}
		}
	})
}

// TestOwnersOfManyKeys has enough keys to make each piece grow often.
func TestOwnersOfManyKeys(t *testing.T) {
	const n = 200_000
	random := rand.New(rand.NewPCG(1, 2))
	var o owners
	tags := make([]pipeline.Tag, n)
	for i := range tags {
		binary.LittleEndian.PutUint64(tags[i][:], random.Uint64())
		binary.LittleEndian.PutUint64(tags[i][8:], random.Uint64())
		o.set(&tags[i], int32(i))
	}
	slots := 0
	for i := range o.pieces {
		slots += len(o.pieces[i].slots)
	}
	if slots < n || slots > n*3/2 {
		t.Errorf("%d slots for %d keys", slots, n)
	}
	for i := range tags {
		if row, there := o.of(&tags[i]); !there || row != int32(i) {
			t.Fatalf("key %d is row %d, %v", i, row, there)
		}
		tags[i][8]++
		if row, there := o.of(&tags[i]); there {
			t.Fatalf("a key that nobody has is of row %d", row)
		}
	}
}

func TestLists(t *testing.T) {
	var all chunks[int]
	var some sparse
	const n = 2*chunkLength + 1
	for i := range n {
		all.add(i)
		if i%chunkLength == 7 || i == n-1 {
			some.set(i, int64(i))
		}
	}
	for i := range n {
		want := 0
		if i%chunkLength == 7 || i == n-1 {
			want = i
		}
		if all.len() != n || *all.at(i) != i || some.at(i) != int64(want) {
			t.Fatalf("%d of %d: %d and %d", i, all.len(), *all.at(i), some.at(i))
		}
	}
	if some = nil; some.at(n) != 0 {
		t.Error("an empty list has a value")
	}
}
