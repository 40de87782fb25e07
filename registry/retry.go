package registry

import (
	"context"
	"errors"
	"math/rand/v2"
	"net/http"
	"runtime"
	"strconv"
	"syscall"
	"time"
)

// persist makes a request, and makes it again after a pause as long as it fails
// with what is likely to pass. doubtful says that another request can stand in
// for this one: then a broken connection is taken for a refusal.
func (r *Remote) persist(ctx context.Context, doubtful bool, try func() error) error {
	for n := 1; ; n++ {
		err := try()
		e, ok := errors.AsType[*NetworkError](err)
		if !ok || !e.passing || e.after > maxRetryAfter || n == maxTries || ctx.Err() != nil {
			return err
		}
		if doubtful && e.Trouble == TroubleBroken {
			return err
		}
		pause := max(pauseBefore(n+1), e.after)
		if r.Retrying != nil {
			r.Retrying(e, pause)
		}
		if err := r.wait(ctx, pause); err != nil {
			return err
		}
	}
}

// pauseBefore is how long to wait before an attempt: about half a second, then
// three times as long. Clients that failed together come back one by one.
func pauseBefore(attempt int) time.Duration {
	pause := 500 * time.Millisecond
	for range attempt - 2 {
		pause *= 3
	}
	return pause*3/4 + rand.N(pause/2) //nolint:gosec // nobody gains by guessing it
}

func (r *Remote) wait(ctx context.Context, pause time.Duration) error {
	if r.Wait != nil {
		return r.Wait(ctx, pause)
	}
	timer := time.NewTimer(pause)
	defer timer.Stop()
	select {
	case <-timer.C:
		return nil
	case <-ctx.Done():
		return context.Cause(ctx)
	}
}

// passes says whether a server that answers so is likely to answer otherwise
// soon.
func passes(code int) bool {
	switch code {
	case http.StatusRequestTimeout, http.StatusTooManyRequests, http.StatusInternalServerError,
		http.StatusBadGateway, http.StatusServiceUnavailable, http.StatusGatewayTimeout:
		return true
	}
	return false
}

// retryAfter is how long a server asks to wait: seconds, or a date, which counts
// from the server's own (https://www.rfc-editor.org/rfc/rfc9110#field.retry-after).
func retryAfter(h http.Header) time.Duration {
	text := h.Get("Retry-After")
	if seconds, err := strconv.ParseUint(text, 10, 31); err == nil {
		return time.Duration(seconds) * time.Second
	}
	at, err := http.ParseTime(text)
	if err != nil {
		return 0
	}
	now, err := http.ParseTime(h.Get("Date"))
	if err != nil {
		return 0
	}
	return max(at.Sub(now), 0)
}

// A streamResetError is what net/http's own error for a stream of HTTP/2 that the
// server has given up lets itself be taken for.
type streamResetError struct {
	StreamID uint32
	Code     uint32
	Cause    error
}

func (streamResetError) Error() string { return "stream reset" }

// isReset says whether a connection was broken off. Windows has numbers of its
// own for it.
func isReset(err error) bool {
	const wsaConnAborted, wsaConnReset = syscall.Errno(10053), syscall.Errno(10054)
	if runtime.GOOS == "windows" && (errors.Is(err, wsaConnAborted) || errors.Is(err, wsaConnReset)) {
		return true
	}
	_, reset := errors.AsType[streamResetError](err)
	return reset || errors.Is(err, syscall.ECONNRESET) || errors.Is(err, syscall.ECONNABORTED) || errors.Is(err, syscall.EPIPE)
}
