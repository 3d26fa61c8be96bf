// Package chromium lets a test use web pages with a browser.
package chromium

import (
	"context"
	"errors"
	"os"
	"path/filepath"
	"testing"
	"time"

	"github.com/chromedp/cdproto"
	"github.com/chromedp/chromedp"
	"github.com/stretchr/testify/require"
)

// An Action is one step on a page.
type Action = chromedp.Action[chromedp.Void]

// Start starts a browser with a new profile. The browser ends with the test, or after three
// minutes.
func Start(t *testing.T) context.Context {
	t.Helper()
	options := append(chromedp.DefaultExecAllocatorOptions[:], // headless, no background traffic
		chromedp.NoSandbox, chromedp.DisableGPU, chromedp.Flag("disable-component-update", true))
	ctx, stop := chromedp.NewExecAllocator(context.Background(), options...)
	t.Cleanup(stop)
	ctx, stop = chromedp.NewContext(ctx)
	t.Cleanup(stop)
	require.NoError(t, chromedp.Do(ctx), "without a browser: apt-get install chromium")
	ctx, stop = context.WithTimeout(ctx, 3*time.Minute)
	t.Cleanup(stop)
	return ctx
}

// Do runs the actions one after another. The first failure ends the test.
func Do(t *testing.T, browser context.Context, actions ...Action) {
	t.Helper()
	for _, action := range actions {
		require.NoError(t, chromedp.Do(browser, onThePageOfNow(action)))
	}
}

// onThePageOfNow repeats an action if its element belonged to a page that another page has
// replaced. The browser reports this before it presses a button or a key, so nothing is
// pressed twice.
func onThePageOfNow(action Action) Action {
	return chromedp.Func(func(ctx context.Context, target *chromedp.Target) error {
		for {
			_, err := action(ctx, target)
			if gone := (*cdproto.Error)(nil); !errors.As(err, &gone) || gone.Message != "Could not find node with given id" || ctx.Err() != nil {
				return err
			}
		}
	})
}

// Click presses an element.
func Click(css string) Action { return chromedp.Click(chromedp.CSS(css)) }

// Type writes into a field.
func Type(css, text string) Action { return chromedp.SendKeys(chromedp.CSS(css), text) }

// See waits for an element.
func See(css string) Action { return chromedp.WaitVisible(chromedp.CSS(css)) }

// Shoot writes a picture of the page to the directory in the environment variable SCREENSHOTS.
// The window has the given size. Without the variable it does nothing.
func Shoot(name string, width, height int64) Action {
	directory := os.Getenv("SCREENSHOTS")
	if directory == "" {
		return chromedp.Steps()
	}
	return chromedp.Func(func(ctx context.Context, target *chromedp.Target) error {
		if _, err := chromedp.EmulateViewport(width, height)(ctx, target); err != nil {
			return err
		}
		picture, err := chromedp.CaptureScreenshot()(ctx, target)
		if err != nil {
			return err
		}
		return os.WriteFile(filepath.Join(directory, name+".png"), picture, 0o644)
	})
}
