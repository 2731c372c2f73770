package standin

import (
	"strings"
	"sync"
	"sync/atomic"
	"time"

	"muster/pipeline"
)

// customer is one customer. The body that created it is kept as it was sent, not decoded. Only creates changes after
// the customer was added.
type customer struct {
	number   int // from 0, in the order of creation
	id       string
	body     string
	keys     []string // normalised, by index in Provider.Keys; "" if it has none
	at       time.Time
	creates  atomic.Uint32
	answered atomic.Bool // a success answer about it was sent
}

// slab is how many customers are allocated at once: growing a single slice would copy a million of them several times
// over.
const slab = 256

// store holds the customers. All its methods may be called from several goroutines at once; whatever decides whether
// a customer is created happens under one lock.
type store struct {
	window  time.Duration
	doubles bool // several customers may have the same key; the newest is found

	mu      sync.RWMutex
	slabs   [][]customer
	n       int
	byID    map[string]*customer
	byKey   []map[string]*customer
	replies map[string]reply
}

// reply is what belongs to an idempotency key: the customer that it created, or its refusal.
type reply struct {
	created *customer
	refusal *answer
	at      time.Time
}

func newStore(keys int, window time.Duration, doubles bool) *store {
	s := &store{
		window:  window,
		doubles: doubles,
		byID:    map[string]*customer{},
		byKey:   make([]map[string]*customer, keys),
		replies: map[string]reply{},
	}
	for i := range s.byKey {
		s.byKey[i] = map[string]*customer{}
	}
	return s
}

func (s *store) len() int {
	s.mu.RLock()
	defer s.mu.RUnlock()
	return s.n
}

// added is the result of add; exactly one of its pointers is set.
type added struct {
	created  *customer // by this request
	replayed *reply    // another request under the same idempotency key was first
	clash    *customer // has one of the keys already: the one of index key
	key      int
}

// add creates the customer unless the idempotency key (if there is one) or one of its keys is already known. newID is
// called for IDs until one is free.
func (s *store) add(idempotency string, keys []pipeline.KeyValue, body []byte, now time.Time,
	newID func(number, try int) string) added {
	s.mu.Lock()
	defer s.mu.Unlock()
	if r, ok := s.replay(idempotency, now); ok {
		return added{replayed: &r}
	}
	for _, k := range keys {
		if k.Normalised == "" || s.doubles {
			continue
		}
		if c := s.byKey[k.Key][k.Normalised]; c != nil {
			c.creates.Add(1)
			return added{clash: c, key: k.Key}
		}
	}
	if s.n%slab == 0 {
		s.slabs = append(s.slabs, make([]customer, slab))
	}
	c := &s.slabs[s.n/slab][s.n%slab]
	c.number, c.body, c.at = s.n, string(body), now
	for try := 0; ; try++ {
		c.id = newID(s.n, try)
		if s.byID[c.id] == nil {
			break
		}
	}
	c.keys = make([]string, len(s.byKey))
	for _, k := range keys {
		if k.Normalised == "" {
			continue
		}
		// A copy, because the value may be part of a larger string.
		value := strings.Clone(k.Normalised)
		s.byKey[k.Key][value] = c
		if c.keys[k.Key] == "" {
			c.keys[k.Key] = value
		}
	}
	c.creates.Store(1)
	s.byID[c.id] = c
	s.n++
	if idempotency != "" {
		s.replies[idempotency] = reply{created: c, at: now}
	}
	return added{created: c}
}

// replay finds the reply to an idempotency key, as long as the provider honours the key. The caller holds the lock.
func (s *store) replay(idempotency string, now time.Time) (reply, bool) {
	if idempotency == "" {
		return reply{}, false
	}
	r, ok := s.replies[idempotency]
	if !ok || s.window > 0 && now.Sub(r.at) >= s.window {
		return reply{}, false
	}
	if r.created != nil {
		r.created.creates.Add(1)
	}
	return r, true
}

// known is replay for a caller without the lock.
func (s *store) known(idempotency string, now time.Time) (reply, bool) {
	if idempotency == "" {
		return reply{}, false
	}
	s.mu.RLock()
	defer s.mu.RUnlock()
	return s.replay(idempotency, now)
}

// keep records a refusal as the answer to an idempotency key, unless it has one.
func (s *store) keep(idempotency string, refusal *answer, now time.Time) {
	if idempotency == "" {
		return
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	if r, ok := s.replies[idempotency]; ok && (s.window == 0 || now.Sub(r.at) < s.window) {
		return
	}
	s.replies[idempotency] = reply{refusal: refusal, at: now}
}

// find returns a customer by its ID, or by the key with that index if key is not negative; nil if there is none.
func (s *store) find(key int, value string) *customer {
	s.mu.RLock()
	defer s.mu.RUnlock()
	if key < 0 {
		return s.byID[value]
	}
	return s.byKey[key][value]
}

// firstAnswered returns the first customer other than c about which a success answer was sent; nil if there is none.
func (s *store) firstAnswered(c *customer) *customer {
	for i := 0; ; i++ {
		customers := s.from(i)
		for j := range customers {
			if other := &customers[j]; other != c && other.answered.Load() {
				return other
			}
		}
		if len(customers) < slab {
			return nil
		}
	}
}

// newest is the customer created last, other than c; nil when there is none.
func (s *store) newest(c *customer) *customer {
	s.mu.RLock()
	defer s.mu.RUnlock()
	for n := s.n - 1; n >= 0; n-- {
		if other := &s.slabs[n/slab][n%slab]; other != c {
			return other
		}
	}
	return nil
}

// from returns the customers of the slab with that index; none after the last. The returned customers are never
// moved.
func (s *store) from(index int) []customer {
	s.mu.RLock()
	defer s.mu.RUnlock()
	start := index * slab
	if start >= s.n {
		return nil
	}
	return s.slabs[index][:min(slab, s.n-start)]
}
