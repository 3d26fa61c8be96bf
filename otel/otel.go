// Package omiseotel makes OpenTelemetry spans and metrics for the calls of an Omise
// client:
//
//	client, err := omise.NewClient(secretKey, omiseotel.WithTelemetry(nil, nil))
//
// Each attempt of a call is one span, within the span of the context, and one value of
// http.client.request.duration. Both have the template of the path, such as
// /charges/{id}. They have no id of an object, no query, no header and no body.
package omiseotel

import (
	"context"
	"net/http"
	"net/url"
	"strconv"

	"go.opentelemetry.io/otel"
	"go.opentelemetry.io/otel/attribute"
	"go.opentelemetry.io/otel/codes"
	"go.opentelemetry.io/otel/metric"
	semconv "go.opentelemetry.io/otel/semconv/v1.40.0"
	"go.opentelemetry.io/otel/semconv/v1.40.0/httpconv"
	"go.opentelemetry.io/otel/trace"

	"github.com/omisekit/omise-go"
)

const scope = "github.com/omisekit/omise-go/otel"

// RequestID is the attribute with the id of the request, for Omise's support.
const RequestID = attribute.Key("omise.request_id")

// WithTelemetry makes spans with tracers and metrics with meters, with the names of the
// semantic conventions for HTTP clients. nil stands for the global provider.
func WithTelemetry(tracers trace.TracerProvider, meters metric.MeterProvider) omise.Option {
	if tracers == nil {
		tracers = otel.GetTracerProvider()
	}
	if meters == nil {
		meters = otel.GetMeterProvider()
	}
	tracer := tracers.Tracer(scope, trace.WithSchemaURL(semconv.SchemaURL))
	duration, err := httpconv.NewClientRequestDuration(meters.Meter(scope, metric.WithSchemaURL(semconv.SchemaURL)), buckets)
	if err != nil {
		otel.Handle(err)
	}
	return omise.WithObserver(func(ctx context.Context, a omise.Attempt) {
		set := attribute.NewSet(common(a)...)
		duration.RecordSet(ctx, a.Duration.Seconds(), set)
		_, span := tracer.Start(ctx, a.Method+" "+a.PathTemplate, trace.WithTimestamp(a.Start),
			trace.WithSpanKind(trace.SpanKindClient), trace.WithAttributes(set.ToSlice()...))
		if a.Number > 1 {
			span.SetAttributes(semconv.HTTPRequestResendCount(a.Number - 1))
		}
		if a.RequestID != "" {
			span.SetAttributes(RequestID.String(a.RequestID))
		}
		if a.Outcome != "" {
			span.SetStatus(codes.Error, string(a.Outcome))
		}
		span.End(trace.WithTimestamp(a.Start.Add(a.Duration)))
	})
}

// buckets are the buckets of the conventions, and more for banks, which take longer.
var buckets = metric.WithExplicitBucketBoundaries(0.005, 0.01, 0.025, 0.05, 0.075, 0.1, 0.25, 0.5, 0.75, 1, 2.5, 5, 7.5, 10, 30, 65)

// common returns the attributes of both the span and the metric.
func common(a omise.Attempt) []attribute.KeyValue {
	attrs := append(server(a.Host), semconv.HTTPRequestMethodKey.String(a.Method), semconv.URLTemplate(a.PathTemplate))
	if a.Status != 0 {
		attrs = append(attrs, semconv.HTTPResponseStatusCode(a.Status))
	}
	switch {
	case a.Status >= http.StatusBadRequest:
		attrs = append(attrs, semconv.ErrorTypeKey.String(strconv.Itoa(a.Status)))
	case a.Outcome != "":
		attrs = append(attrs, semconv.ErrorTypeKey.String(string(a.Outcome)))
	}
	return attrs
}

// server returns the address and the port in a host. Without a port it is https.
func server(host string) []attribute.KeyValue {
	u := url.URL{Host: host}
	port, err := strconv.Atoi(u.Port())
	if err != nil {
		port = 443
	}
	return []attribute.KeyValue{semconv.ServerAddress(u.Hostname()), semconv.ServerPort(port)}
}
