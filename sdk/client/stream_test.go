// SPDX-FileCopyrightText: 2026 The wahost Authors
// SPDX-License-Identifier: Apache-2.0

package client_test

import (
	"context"
	"errors"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
	"google.golang.org/grpc/codes"
	"google.golang.org/grpc/status"

	"github.com/wahost/wahost/sdk/client"
	"github.com/wahost/wahost/sdk/diag"
	"github.com/wahost/wahost/sdk/internal/providerpb"
	"github.com/wahost/wahost/sdk/message"
	"github.com/wahost/wahost/sdk/outcome"
	"github.com/wahost/wahost/sdk/provider"
)

// gatekeeper is a provider whose texts wait until they are let through or until their context ends.
type gatekeeper struct {
	echo
	arrived chan string
	let     map[string]chan struct{} // by text
}

func (g *gatekeeper) Configure(context.Context, provider.ConfigureRequest) (provider.Account, diag.Diagnostics) {
	return g, nil
}

func (g *gatekeeper) OpenChannel(context.Context, provider.OpenChannelRequest) (provider.Channel, diag.Diagnostics) {
	return g, nil
}

func (g *gatekeeper) Send(ctx context.Context, req provider.SendRequest) outcome.Outcome {
	g.arrived <- req.Message.GetText().GetBody()
	select {
	case <-g.let[req.Message.GetText().GetBody()]:
		return outcome.Accept("v")
	case <-ctx.Done():
		return outcome.NewUnknown(context.Cause(ctx).Error())
	}
}

type answered struct {
	outcomes []outcome.Outcome
	err      error
}

// begin starts a call with one text.
func begin(ctx context.Context, host *client.Client, text string) <-chan answered {
	done := make(chan answered, 1)
	go func() {
		var a answered
		a.err = host.SendMessages(ctx, "p.c", []message.Batch{textBatch(text, 1)}, func(o outcome.Outcome) { a.outcomes = append(a.outcomes, o) })
		done <- a
	}()
	return done
}

// Calls of a stream are served at the same time, and one that is cancelled or too late does not affect the others.
func TestCallsOfAStreamAreIndependent(t *testing.T) {
	t.Parallel()
	g := &gatekeeper{arrived: make(chan string, 10), let: map[string]chan struct{}{"first": make(chan struct{}), "second": make(chan struct{})}}
	host := openProvider(t, "stream", g)
	first := begin(t.Context(), host, "first")
	<-g.arrived
	cancelled, cancel := context.WithCancel(t.Context())
	third := begin(cancelled, host, "third")
	<-g.arrived
	late, stop := context.WithTimeout(t.Context(), 50*time.Millisecond)
	defer stop()
	fourth := begin(late, host, "fourth")
	second := begin(t.Context(), host, "second")
	for <-g.arrived != "second" { // the fourth may be over before it arrives
	}

	close(g.let["second"])
	require.Len(t, (<-second).outcomes, 1, "the second is answered before the first")
	cancel()
	require.Equal(t, codes.Canceled, status.Code((<-third).err))
	// The provider may notice first that the time is over.
	if a := <-fourth; a.err == nil {
		require.Nil(t, a.outcomes[0].Accepted)
	} else {
		require.Equal(t, codes.DeadlineExceeded, status.Code(a.err))
	}
	select {
	case a := <-first:
		t.Fatalf("the first has ended: %v", a)
	default:
	}
	close(g.let["first"])
	a := <-first
	require.NoError(t, a.err)
	require.NotNil(t, a.outcomes[0].Accepted)
}

// A refusal of a call is the same in both forms, and the stream serves on.
func TestRefusalsOfAStream(t *testing.T) {
	t.Parallel()
	texts := map[string]string{}
	for _, form := range forms {
		host, _ := openCounter(t, form)
		err := host.SendMessages(t.Context(), "p.other", []message.Batch{textBatch("hi", 1)}, func(outcome.Outcome) { t.Error("an outcome") })
		require.Equal(t, codes.FailedPrecondition, status.Code(err))
		texts[form] = err.Error()
		require.NoError(t, (<-begin(t.Context(), host, "hi")).err)
	}
	require.Equal(t, texts["calls"], texts["stream"])
}

// A call that is under way when the provider stops is finished.
func TestStopFinishesTheCallsOfAStream(t *testing.T) {
	t.Parallel()
	g := &gatekeeper{arrived: make(chan string, 10), let: map[string]chan struct{}{"first": make(chan struct{})}}
	host := openProvider(t, "stream", g)
	first := begin(t.Context(), host, "first")
	<-g.arrived
	abandoned := make(chan int, 1)
	go func() {
		n, err := host.Stop(context.Background(), time.Hour)
		if err != nil {
			n = -1
		}
		abandoned <- n
	}()
	// The stop has begun when further calls are refused.
	require.Eventually(t, func() bool {
		ctx, cancel := context.WithTimeout(t.Context(), 10*time.Millisecond)
		defer cancel()
		_, err := host.LookupMessage(ctx, "p.c", provider.FindRequest{})
		return status.Code(err) == codes.FailedPrecondition
	}, 20*time.Second, time.Millisecond)
	close(g.let["first"])
	require.NotNil(t, (<-first).outcomes[0].Accepted)
	require.Zero(t, <-abandoned)
	require.Equal(t, codes.FailedPrecondition, status.Code((<-begin(t.Context(), host, "second")).err))
}

// odd is a provider that serves streams in its own way.
type odd struct {
	providerpb.UnimplementedProviderServiceServer
	serve   func(stream providerpb.ProviderService_SendStreamServer) error
	mu      sync.Mutex
	streams int
}

func (o *odd) GetMetadata(context.Context, *providerpb.GetMetadataRequest) (*providerpb.GetMetadataResponse, error) {
	return &providerpb.GetMetadataResponse{Name: "odd", SendStream: true}, nil
}

func (o *odd) CloseChannel(context.Context, *providerpb.CloseChannelRequest) (*providerpb.CloseChannelResponse, error) {
	return &providerpb.CloseChannelResponse{}, nil
}

func (o *odd) SendStream(stream providerpb.ProviderService_SendStreamServer) error {
	o.mu.Lock()
	o.streams++
	o.mu.Unlock()
	return o.serve(stream)
}

func serveOdd(t *testing.T, serve func(stream providerpb.ProviderService_SendStreamServer) error) (*client.Client, *odd) {
	t.Helper()
	o := &odd{serve: serve}
	host := serveRaw(t, o)
	_, err := host.Metadata(t.Context())
	require.NoError(t, err)
	return host, o
}

// acceptAll answers n calls.
func acceptAll(stream providerpb.ProviderService_SendStreamServer, n int) error {
	for range n {
		req, err := stream.Recv()
		if err != nil {
			return err
		}
		if err := stream.Send(answerTo(req.GetCallId(), "1")); err != nil {
			return err
		}
	}
	return nil
}

func answerTo(call uint64, deliveries ...string) *providerpb.SendStreamResponse {
	a := &providerpb.SendAnswer{CallId: call, End: &providerpb.SendEnd{}}
	for _, id := range deliveries {
		a.Outcomes = append(a.Outcomes, &providerpb.Outcome{DeliveryId: id, Result: &providerpb.Outcome_Accepted{Accepted: &providerpb.Accepted{}}})
	}
	return &providerpb.SendStreamResponse{Answers: []*providerpb.SendAnswer{a}}
}

// Deliveries that an answer names by their places are found across batches.
func TestPlacesOfDeliveries(t *testing.T) {
	t.Parallel()
	host, _ := serveOdd(t, func(stream providerpb.ProviderService_SendStreamServer) error {
		req, err := stream.Recv()
		if err != nil {
			return err
		}
		resp := answerTo(req.GetCallId(), "", "4")
		resp.Answers[0].Outcomes[0].Deliveries = []*providerpb.DeliveryRange{{First: 1, Count: 3}, {First: 0, Count: 1}}
		return stream.Send(resp)
	})
	var ids []string
	batches := []message.Batch{textBatch("hi", 0, 1), textBatch("ho", 2), textBatch("hu", 3, 4)}
	require.NoError(t, host.SendMessages(t.Context(), "p.c", batches, func(o outcome.Outcome) { ids = append(ids, o.DeliveryID) }))
	require.Equal(t, []string{"1", "2", "3", "0", "4"}, ids)
}

// A stream is kept for all calls of a channel, and ends when the channel is closed.
func TestAStreamIsKept(t *testing.T) {
	t.Parallel()
	ended := make(chan error, 1)
	host, o := serveOdd(t, func(stream providerpb.ProviderService_SendStreamServer) error {
		err := acceptAll(stream, 100)
		ended <- err
		return nil
	})
	for range 3 {
		require.Len(t, (<-begin(t.Context(), host, "hi")).outcomes, 1)
	}
	require.Equal(t, 1, o.streams)
	require.NoError(t, host.CloseChannel(t.Context(), "p.c"))
	require.EqualError(t, <-ended, "EOF")
}

// Calls whose stream breaks end as calls of their own would. The next call gets a stream of its own.
func TestAStreamThatEnds(t *testing.T) {
	t.Parallel()
	for name, test := range map[string]struct {
		serve func(stream providerpb.ProviderService_SendStreamServer, call uint64) error
		code  codes.Code
		text  string
	}{
		"with a status": {func(providerpb.ProviderService_SendStreamServer, uint64) error {
			return status.Error(codes.Aborted, "no more")
		}, codes.Aborted, "no more"},
		"without an answer": {func(providerpb.ProviderService_SendStreamServer, uint64) error { return nil }, codes.OK, ""},
		"after another answer": {func(s providerpb.ProviderService_SendStreamServer, call uint64) error {
			if err := s.Send(answerTo(call+1000, "1")); err != nil {
				return err
			}
			<-s.Context().Done()
			return nil
		}, codes.Unknown, "which is not under way"},
		"after far too many outcomes": {func(s providerpb.ProviderService_SendStreamServer, call uint64) error {
			if err := s.Send(answerTo(call, strings.Split(strings.Repeat("x ", 500), " ")...)); err != nil {
				return err
			}
			<-s.Context().Done()
			return nil
		}, codes.Unknown, "far more outcomes"},
		"after an answer to more deliveries than there are": {func(s providerpb.ProviderService_SendStreamServer, call uint64) error {
			resp := answerTo(call, "")
			resp.Answers[0].Outcomes[0].Deliveries = []*providerpb.DeliveryRange{{First: 0, Count: 2}}
			if err := s.Send(resp); err != nil {
				return err
			}
			<-s.Context().Done()
			return nil
		}, codes.Unknown, "more deliveries than it was given"},
		"after an answer to a delivery far away": {func(s providerpb.ProviderService_SendStreamServer, call uint64) error {
			resp := answerTo(call, "")
			resp.Answers[0].Outcomes[0].Deliveries = []*providerpb.DeliveryRange{{First: 1<<32 - 1, Count: 1}}
			if err := s.Send(resp); err != nil {
				return err
			}
			<-s.Context().Done()
			return nil
		}, codes.Unknown, "more deliveries than it was given"},
		"after an answer to all deliveries there could be": {func(s providerpb.ProviderService_SendStreamServer, call uint64) error {
			resp := answerTo(call, "")
			resp.Answers[0].Outcomes[0].Deliveries = []*providerpb.DeliveryRange{{First: 0, Count: 1<<32 - 1}}
			if err := s.Send(resp); err != nil {
				return err
			}
			<-s.Context().Done()
			return nil
		}, codes.Unknown, "far more outcomes"},
		"with a code that does not exist": {func(s providerpb.ProviderService_SendStreamServer, call uint64) error {
			resp := answerTo(call)
			resp.Answers[0].End = &providerpb.SendEnd{Code: -5, Message: "odd"}
			return s.Send(resp)
		}, codes.Unknown, "odd"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			var once sync.Once
			host, o := serveOdd(t, func(stream providerpb.ProviderService_SendStreamServer) (err error) {
				first := false
				once.Do(func() { first = true })
				if !first {
					return acceptAll(stream, 1)
				}
				req, err := stream.Recv()
				if err != nil {
					return err
				}
				return test.serve(stream, req.GetCallId())
			})
			a := <-begin(t.Context(), host, "hi")
			require.Equal(t, test.code, status.Code(a.err))
			if test.text != "" {
				require.ErrorContains(t, a.err, test.text)
			}
			require.False(t, errors.As(a.err, new(*client.NotSentError)))
			// A call that begins while the stream ends may be written to it, and is unknown then. When it is over, so is the stream.
			next := <-begin(t.Context(), host, "hi")
			if len(next.outcomes) == 0 {
				require.False(t, errors.As(next.err, new(*client.NotSentError)))
				next = <-begin(t.Context(), host, "hi")
			}
			require.Len(t, next.outcomes, 1)
			require.Equal(t, 2, o.streams)
		})
	}
}

// A provider that does not read what it is sent holds nobody up for longer than a call may take, and what it did not take is known
// not to be sent.
func TestAProviderThatDoesNotRead(t *testing.T) {
	t.Parallel()
	host, _ := serveOdd(t, func(stream providerpb.ProviderService_SendStreamServer) error {
		<-stream.Context().Done()
		return nil
	})
	ctx, cancel := context.WithTimeout(t.Context(), 100*time.Millisecond)
	defer cancel()
	var ends []<-chan answered
	for range 4 {
		ends = append(ends, begin(ctx, host, strings.Repeat("x", 1<<20)))
	}
	notSent := 0
	for _, end := range ends {
		a := <-end
		require.Contains(t, []codes.Code{codes.DeadlineExceeded, codes.Canceled}, status.Code(a.err))
		if errors.As(a.err, new(*client.NotSentError)) {
			notSent++
		}
	}
	require.NotZero(t, notSent)
}
