<?php
// Goes through the flow with PHP's HTTP client and its encoder of forms. The encoder
// writes false as 0 and true as 1. Addresses are built as in omise-php: OMISE_API_URL
// and the path of a list end with a slash. It prints the name of each step and, after a
// tab, the answer.

declare(strict_types=1);

define('OMISE_API_URL', getenv('OMISE_MOCK_URL') . '/');
define('OMISE_VAULT_URL', OMISE_API_URL);

function call(string $method, string $url, string $key, string $body = '', string $type = 'application/x-www-form-urlencoded'): string
{
    $http = [
        'method' => $method,
        'header' => ['Authorization: Basic ' . base64_encode("$key:"), "Content-Type: $type"],
        'content' => $body,
        'ignore_errors' => true,
    ];
    $answer = file_get_contents($url, false, stream_context_create(['http' => $http]));
    if ($answer === false) {
        exit(1);
    }
    return $answer;
}

// step prints the answer to a call, or the error of the API, and returns it.
function step(string $name, string $method, string $url, array $params = [], string $key = ''): array
{
    $form = preg_replace('/%5B[0-9]+%5D/', '%5B%5D', http_build_query($params));
    $answer = call($method, $url, $key ?: getenv('OMISE_SECRET_KEY'), $form);
    echo "$name\t$answer\n";
    return json_decode($answer, true, 512, JSON_THROW_ON_ERROR);
}

function url(string $endpoint, string $id = ''): string
{
    return OMISE_API_URL . $endpoint . '/' . $id;
}

function token(string $name, string $number): array
{
    return step($name, 'POST', OMISE_VAULT_URL . 'tokens/', ['card' => [
        'name' => 'Somchai Prasert', 'number' => $number, 'expiration_month' => 12, 'expiration_year' => 2035, 'security_code' => '123',
    ]], getenv('OMISE_PUBLIC_KEY'));
}

// admin makes a call of the admin API.
function admin(string $path, string $body = ''): void
{
    call('POST', OMISE_API_URL . '_admin/' . $path, getenv('OMISE_SECRET_KEY'), $body, 'application/json');
}

$good = token('token', '4242424242424242');
$customer = step('customer', 'POST', url('customers'), ['email' => 'somchai@example.com', 'card' => $good['id'], 'description' => '']);
step('charge the customer', 'POST', url('charges'), [
    'customer' => $customer['id'], 'amount' => 100000, 'currency' => 'thb', 'capture' => true, 'metadata' => ['order' => 'A-1'],
]);
$poor = token('token of a card without money', '4111111111140011');
$onPoor = ['card' => $poor['id'], 'amount' => 100000, 'currency' => 'thb', 'customer' => null, 'description' => ''];
step('declined charge', 'POST', url('charges'), $onPoor);
step('used token', 'POST', url('charges'), $onPoor);
$held = step('authorize', 'POST', url('charges'), [
    'customer' => $customer['id'], 'amount' => 50000, 'currency' => 'thb', 'capture' => false,
]);
step('capture', 'POST', url('charges', $held['id'] . '/capture'));
step('refund', 'POST', url('charges', $held['id'] . '/refunds'), ['amount' => 10000, 'void' => false]);
step('refund too much', 'POST', url('charges', $held['id'] . '/refunds'), ['amount' => 40001]);

$qr = step('source', 'POST', url('sources'), ['type' => 'promptpay', 'amount' => 45000, 'currency' => 'thb']);
$waiting = step('charge the source', 'POST', url('charges'), ['source' => $qr['id'], 'amount' => 45000, 'currency' => 'thb']);
admin("charges/{$waiting['id']}/pay");
step('paid with the phone', 'GET', url('charges', $waiting['id']));
$bank = step('source of a bank', 'POST', url('sources'), ['type' => 'internet_banking_bbl', 'amount' => 30000, 'currency' => 'thb']);
$away = step('charge a bank account', 'POST', url('charges'), [
    'source' => $bank['id'], 'amount' => 30000, 'currency' => 'thb', 'return_uri' => 'https://shop.example.com/back',
]);
admin("charges/{$away['id']}/authorize");
step('authorized at the bank', 'GET', url('charges', $away['id']));

step('newest charges', 'GET', url('charges', '?' . http_build_query(['limit' => 2, 'offset' => 1, 'order' => 'reverse_chronological'])));
step('charges of tomorrow', 'GET', url('charges', '?' . http_build_query(['from' => '2026-01-06T00:00:00Z'])));
admin('advance', '{"duration":"7d"}');
step('balance', 'GET', url('balance'));
step('transfer', 'POST', url('transfers'), ['amount' => 50000, 'fail_fast' => false]);
step('events', 'GET', url('events', '?limit=100'));
step('schedule', 'POST', url('schedules'), [
    'every' => 1, 'period' => 'week', 'on' => ['weekdays' => ['Monday', 'Thursday']], 'end_date' => '2026-12-31',
    'charge' => ['customer' => $customer['id'], 'amount' => 20000],
]);
$recipient = step('recipient', 'POST', url('recipients'), [
    'name' => 'Malee', 'type' => 'individual', 'bank_account' => ['brand' => 'bbl', 'number' => '1234567890', 'name' => 'Malee'],
]);
step('update the recipient', 'PATCH', url('recipients', $recipient['id']), [
    'name' => '', 'type' => '', 'description' => 'partner', 'bank_account' => ['number' => '', 'name' => ''],
]);
step('update the customer', 'PATCH', url('customers', $customer['id']), ['description' => 'loyal']);
step('delete the customer', 'DELETE', url('customers', $customer['id']));
step('missing charge', 'GET', url('charges', 'chrg_test_404'));
