package omiseotel_test

import (
	"context"
	"fmt"
	"log"

	"go.opentelemetry.io/otel/sdk/trace"
	"go.opentelemetry.io/otel/sdk/trace/tracetest"

	omiseotel "github.com/omisekit/omise-go/otel"

	"github.com/omisekit/omise-go/omisetest"
)

func ExampleWithTelemetry() {
	spans := tracetest.NewSpanRecorder()
	tracers := trace.NewTracerProvider(trace.WithSpanProcessor(spans))

	client := omisetest.NewServer(nil).Client(omiseotel.WithTelemetry(tracers, nil)) // nil means the global provider
	if _, err := client.Balance.Get(context.Background()); err != nil {
		log.Fatal(err)
	}
	for _, span := range spans.Ended() {
		fmt.Println(span.Name())
	}
	// Output: GET /balance
}
