package standin

import (
	"sync"
	"sync/atomic"
	"time"
)

// Counts are what a stand-in has counted since it began. Requests for its own pages do not count.
type Counts struct {
	Customers int   `json:"customers"` // that exist
	Creates   int64 `json:"creates"`   // existing now
	LookUps   int64 `json:"look_ups"`
	Logins    int64 `json:"logins"`
	Refused   int64 `json:"refused"`  // creates refused for their body: type, schema, or a key that is taken
	Open      int   `json:"open"`     // requests without an answer yet
	MaxOpen   int   `json:"max_open"` // the most at once
	// MinIntervalUS is the least time between the arrivals of two requests of
	// any kind, in microseconds; -1 before there were two.
	MinIntervalUS int64 `json:"min_interval_us"`
}

// meter counts requests. The zero value is ready.
type meter struct {
	creates, lookUps, logins, refused atomic.Int64
	requestIDs, errorIDs              atomic.Uint64

	mu       sync.Mutex
	open     int
	maxOpen  int
	arrivals int64
	last     time.Time
	least    time.Duration
}

// enter records an arrival. It uses the machine's clock, not that of the provider, because intervals are about
// connections.
func (m *meter) enter() {
	m.mu.Lock()
	defer m.mu.Unlock()
	now := time.Now()
	if gap := now.Sub(m.last); m.arrivals == 1 || m.arrivals > 1 && gap < m.least {
		m.least = gap
	}
	m.last = now
	m.arrivals++
	m.open++
	m.maxOpen = max(m.maxOpen, m.open)
}

func (m *meter) leave() {
	m.mu.Lock()
	defer m.mu.Unlock()
	m.open--
}

func (m *meter) count(target Target) {
	switch target {
	case OnCreate:
		m.creates.Add(1)
	case OnLookUp:
		m.lookUps.Add(1)
	case OnLogin:
		m.logins.Add(1)
	}
}

// Counts are what was seen so far.
func (s *Server) Counts() Counts {
	s.processLate()
	c := Counts{
		Customers:     s.store.len(),
		Creates:       s.meter.creates.Load(),
		LookUps:       s.meter.lookUps.Load(),
		Logins:        s.meter.logins.Load(),
		Refused:       s.meter.refused.Load(),
		MinIntervalUS: -1,
	}
	s.meter.mu.Lock()
	defer s.meter.mu.Unlock()
	c.Open, c.MaxOpen = s.meter.open, s.meter.maxOpen
	if s.meter.arrivals > 1 {
		c.MinIntervalUS = s.meter.least.Microseconds()
	}
	return c
}
