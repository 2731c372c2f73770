package standin

import (
	"context"
	"errors"
	"net"
	"net/http"
	"strconv"
	"strings"
	"sync"
	"time"

	"muster/pipeline"
)

// stopGrace is how long stop waits for requests that are being answered.
const stopGrace = 2 * time.Second

// Start serves on addr, host and port. Without a host, or with addr empty, it
// is the loopback interface: customers' data are not for the network unless
// the user names an address of it. Port 0 is any that is free. It returns the
// base URL, http://127.0.0.1:8080, once connections are taken.
//
// stop ends it: requests that are held up by latency or a fault lose their
// connection at once, others have two seconds. It may be called more than
// once, and returns the error that ended the serving, if one did.
func (s *Server) Start(addr string) (url string, stop func() error, err error) {
	addr, err = listenAddress(addr)
	if err != nil {
		return "", nil, err
	}
	listener, err := net.Listen("tcp", addr)
	if err != nil {
		return "", nil, pipeline.Fail("standin.cannot_listen", "address", addr, "cause", err)
	}
	ctx, cancel := context.WithCancel(context.Background())
	server := &http.Server{
		Handler:     s,
		BaseContext: func(net.Listener) context.Context { return ctx },
		// No limit on reading or writing a whole request: net/http takes the
		// former for a client that has left, and both would cut a hang short.
		ReadHeaderTimeout: 10 * time.Second,
		IdleTimeout:       2 * time.Minute,
		MaxHeaderBytes:    64 << 10,
	}
	served := make(chan error, 1)
	go func() { served <- server.Serve(listener) }()

	stop = sync.OnceValue(func() error {
		cancel()
		grace, done := context.WithTimeout(context.Background(), stopGrace)
		defer done()
		if err := server.Shutdown(grace); err != nil {
			// Connections still open have had their time.
			if err := server.Close(); err != nil {
				return pipeline.Fail("standin.stopped", "address", addr, "cause", err)
			}
		}
		if err := <-served; !errors.Is(err, http.ErrServerClosed) {
			return pipeline.Fail("standin.stopped", "address", addr, "cause", err)
		}
		return nil
	})
	return "http://" + reachable(listener.Addr().(*net.TCPAddr)), stop, nil
}

func listenAddress(addr string) (string, error) {
	if addr == "" {
		return "127.0.0.1:0", nil
	}
	if !strings.Contains(addr, ":") {
		if _, err := strconv.ParseUint(addr, 10, 16); err == nil {
			return "127.0.0.1:" + addr, nil
		}
	}
	host, port, err := net.SplitHostPort(addr)
	if _, wrong := strconv.ParseUint(port, 10, 16); err != nil || wrong != nil {
		return "", pipeline.Fail("standin.no_address", "address", addr)
	}
	if host == "" {
		host = "127.0.0.1"
	}
	return net.JoinHostPort(host, port), nil
}

// reachable is the address at which this machine finds the listener: one on all interfaces answers on the loopback
// too.
func reachable(a *net.TCPAddr) string {
	host := a.IP.String()
	if a.IP.IsUnspecified() {
		host = "127.0.0.1"
	}
	return net.JoinHostPort(host, strconv.Itoa(a.Port))
}
