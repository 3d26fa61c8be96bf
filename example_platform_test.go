package omise_test

import (
	"encoding/csv"
	"fmt"
	"strings"
	"time"

	"github.com/omisekit/omise-go"
)

func ExampleSchedulesService_Create() {
	client, srv := connectTo()
	customer, err := client.Customers.Create(ctx, &omise.CustomerCreateParams{Card: tokenOf(client, "4242424242424242")})
	must(err)
	today := omise.DateOf(srv.Now())
	schedule, err := client.Schedules.Create(ctx, &omise.ScheduleCreateParams{
		Every:   1,
		Period:  omise.SchedulePeriodMonth,
		On:      &omise.ScheduleOn{DaysOfMonth: []int{1}},
		EndDate: omise.Date{Year: today.Year + 1, Month: today.Month, Day: today.Day},
		Charge:  &omise.ScheduleChargeParams{Customer: customer.ID, Amount: 30_000, Description: "Coffee club"},
	})
	must(err)
	fmt.Println(schedule.InWords)

	srv.Advance(365 * 24 * time.Hour) // the fake's year passes at once
	runs, err := client.Schedules.ListOccurrences(ctx, schedule.ID, nil)
	must(err)
	fmt.Println(runs.Total, "charges, the last one", runs.Data[runs.Total-1].Status)
	// Output:
	// Every 1 month(s) on the 1st
	// 12 charges, the last one successful
}

func ExampleSchedulesService_BulkCreate() {
	client := connect()
	customer, err := client.Customers.Create(ctx, &omise.CustomerCreateParams{Card: tokenOf(client, "4242424242424242")})
	must(err)
	file := "customer_key,customer,card,amount,description,every,period,days_of_month,start_date,end_date\n" +
		"1," + customer.ID + ",,30000,Coffee club,1,month,1,2026-02-01,2026-12-31\n"
	job, err := client.Schedules.BulkCreate(ctx, &omise.ScheduleBulkCreateParams{
		File:     strings.NewReader(file),
		Filename: "club.csv",
	})
	must(err)
	job, err = client.RecurringExports.Get(ctx, job.ID)
	must(err)
	fmt.Println(job.ScheduleCreatedCount, "of", job.Entries, "schedules")

	report, err := client.RecurringExports.Download(ctx, job.ID)
	must(err)
	defer report.Close()
	rows, err := csv.NewReader(report).ReadAll()
	must(err)
	fmt.Println(len(rows), "rows with the heading")
	// Output:
	// 1 of 1 schedules
	// 2 rows with the heading
}

func ExampleLinksService_Create() {
	client, srv := connectTo()
	link, err := client.Links.Create(ctx, &omise.LinkCreateParams{
		Amount: 150_000, Currency: omise.THB, Title: "Coffee beans", Description: "For a month",
	})
	must(err)
	must(srv.PayLink(link.ID)) // the payer opens link.PaymentURI
	charges, err := client.Links.ListCharges(ctx, link.ID, nil)
	must(err)
	fmt.Println(charges.Data[0].Status, charges.Data[0].Link.ID == link.ID)
	// Output: successful true
}

func ExampleLinksPlusService_Create() {
	client := connect()
	link, err := client.LinksPlus.Create(ctx, &omise.LinksPlusLinkCreateParams{
		TemplateID: 3655, TeamID: 3388, Name: "Coffee beans", Amount: 150_000, Currency: omise.THB,
	})
	must(err)
	fmt.Println(link.Status, link.TransactionURL != "")
	// Output: active true
}

func ExampleLinkedAccountsService_Create() {
	client, srv := connectTo()
	account, err := client.LinkedAccounts.Create(ctx, &omise.LinkedAccountCreateParams{
		Type: omise.LinkedAccountTypeDirectDebitKBank, ReturnURI: "https://shop.example.com/back",
	})
	must(err)
	must(srv.RegisterLinkedAccount(account.ID, true)) // the payer opens account.RegistrationURI
	charge, err := client.Charges.Create(ctx, &omise.ChargeCreateParams{
		Amount: 50_000, Currency: omise.THB, LinkedAccount: account.ID,
	})
	must(err)
	fmt.Println(charge.Status, charge.LinkedAccount.Object.Type)
	// Output: successful direct_debit_kbank
}

func ExampleChainsService_Get() {
	client, srv := connectTo()
	id := srv.AddChain("merchant@example.com") // the merchant agrees on the dashboard
	chain, err := client.Chains.Get(ctx, id)
	must(err)
	fmt.Println(chain.Email, chain.Key) // a key does not print

	merchant := client.With(omise.WithSecretKey(chain.Key.Reveal()))
	balance, err := merchant.Balance.Get(ctx)
	must(err)
	fmt.Println(balance.Total)
	// Output:
	// merchant@example.com [redacted]
	// 0
}

func ExampleWithSubMerchant() {
	client := connect()
	merchant, err := client.SubMerchants.Create(ctx, &omise.SubMerchantCreateParams{Name: "Noi's stall"})
	must(err)
	charge, err := client.Charges.Create(ctx, &omise.ChargeCreateParams{
		Amount: 50_000, Currency: omise.THB, Card: tokenOf(client, "4242424242424242"),
		PlatformFee: &omise.PlatformFeeParams{Percentage: "2.5"},
	}, omise.WithSubMerchant(merchant.ID))
	must(err)
	fmt.Println(charge.MerchantName, *charge.PlatformFee.Amount)
	// Output: Noi's stall 1250
}

func ExampleSearchService_Charges() {
	client := connect()
	paidCharge(client)
	found, err := client.Search.Charges(ctx, &omise.SearchParams{
		Filters: omise.ChargeFilters{
			Status: omise.ChargeStatusSuccessful,
			Amount: omise.AmountsFilter(omise.THB, 50_000, 200_000),
		},
		Order: omise.ReverseChronological,
	})
	must(err)
	fmt.Println(found.Total, found.Data[0].Amount)
	// Output: 1 100000
}

func ExampleSearchService_Universal() {
	client := connect()
	paidCharge(client)
	found, err := client.Search.Universal(ctx, omise.SearchScopeCharge, &omise.SearchParams{
		Filters: omise.Filters{"card_last_digits": "4242"},
	})
	must(err)
	fmt.Println(found.Total)
	// Output: 1
}

func ExampleReceiptsService_List() {
	client, srv := connectTo()
	paidCharge(client)
	srv.Advance(24 * time.Hour)
	receipts, err := client.Receipts.List(ctx, nil)
	must(err)
	for _, receipt := range receipts.Data {
		fmt.Println(receipt.IssuedOn, receipt.Currency.Format(receipt.ChargeFee))
	}
	// Output: 2026-01-05 36.50
}

func ExampleWebhookSecretsService_Create() {
	client := connect()
	secret, err := client.WebhookSecrets.Create(ctx, nil)
	must(err)
	fmt.Println(secret.Usable, secret.Key) // keep secret.Key.Reveal(): it is not told again
	// Output: true [redacted]
}

func ExampleSystemService_GetInfo() {
	client := connect()
	info, err := client.System.GetInfo(ctx)
	must(err)
	fmt.Println(info.Versions[len(info.Versions)-1])
	// Output: 2019-05-29
}
