// Goes through the flow with Omise's own SDK for Node.js. The SDK has no setting for a
// port. It reaches the fake with http_proxy=http://127.0.0.1:PORT and scheme http.
// It prints the name of each step and, after a tab, the answer.
'use strict';

const mock = process.env.OMISE_MOCK_URL;
const secretKey = process.env.OMISE_SECRET_KEY;
const omise = require('omise')({
  publicKey: process.env.OMISE_PUBLIC_KEY, secretKey, omiseVersion: '2019-05-29', scheme: 'http',
});

// step prints the answer to a call, or the error of the API.
async function step(name, call) {
  let answer;
  try {
    answer = await call;
  } catch (err) {
    if (err.object !== 'error') throw err;
    answer = err;
  }
  console.log(`${name}\t${JSON.stringify(answer)}`);
  return answer;
}

// admin makes a call of the admin API.
async function admin(path, body) {
  const response = await fetch(`${mock}/_admin/${path}`, {
    method: 'POST', body, headers: {authorization: 'Basic ' + Buffer.from(secretKey + ':').toString('base64')},
  });
  if (!response.ok) throw new Error(`${path}: ${response.status}`);
}

function token(number) {
  return omise.tokens.create({card: {
    name: 'Somchai Prasert', number, expiration_month: 12, expiration_year: 2035, security_code: '123',
  }});
}

async function main() {
  const good = await step('token', token('4242424242424242'));
  const customer = await step('customer', omise.customers.create({email: 'somchai@example.com', card: good.id}));
  await step('charge the customer', omise.charges.create({
    customer: customer.id, amount: 100000, currency: 'thb', metadata: {order: 'A-1'},
  }));
  const poor = await step('token of a card without money', token('4111111111140011'));
  const onPoor = {card: poor.id, amount: 100000, currency: 'thb'};
  await step('declined charge', omise.charges.create(onPoor));
  await step('used token', omise.charges.create(onPoor));
  const held = await step('authorize', omise.charges.create({
    customer: customer.id, amount: 50000, currency: 'thb', capture: false,
  }));
  await step('capture', omise.charges.capture(held.id));
  await step('refund', omise.charges.createRefund(held.id, {amount: 10000}));
  await step('refund too much', omise.charges.createRefund(held.id, {amount: 40001}));

  const qr = await step('source', omise.sources.create({type: 'promptpay', amount: 45000, currency: 'thb'}));
  const waiting = await step('charge the source', omise.charges.create({source: qr.id, amount: 45000, currency: 'thb'}));
  await admin(`charges/${waiting.id}/pay`);
  await step('paid with the phone', omise.charges.retrieve(waiting.id));
  const bank = await step('source of a bank', omise.sources.create({
    type: 'internet_banking_bbl', amount: 30000, currency: 'thb',
  }));
  const away = await step('charge a bank account', omise.charges.create({
    source: bank.id, amount: 30000, currency: 'thb', return_uri: 'https://shop.example.com/back',
  }));
  await admin(`charges/${away.id}/authorize`);
  await step('authorized at the bank', omise.charges.retrieve(away.id));

  await step('newest charges', omise.charges.list({limit: 2, offset: 1, order: 'reverse_chronological'}));
  await step('charges of tomorrow', omise.charges.list({from: '2026-01-06T00:00:00Z'}));
  await admin('advance', '{"duration":"7d"}');
  await step('balance', omise.balance.retrieve());
  await step('transfer', omise.transfers.create({amount: 50000}));
  await step('events', omise.events.list({limit: 100}));
  await step('schedule', omise.schedules.create({
    every: 1, period: 'week', on: {weekdays: ['monday', 'thursday']}, end_date: '2026-12-31',
    charge: {customer: customer.id, amount: 20000},
  }));
  const recipient = await step('recipient', omise.recipients.create({
    name: 'Malee', type: 'individual', bank_account: {brand: 'bbl', number: '1234567890', name: 'Malee'},
  }));
  await step('update the recipient', omise.recipients.update(recipient.id, {description: 'partner'}));
  await step('update the customer', omise.customers.update(customer.id, {description: 'loyal'}));
  await step('delete the customer', omise.customers.destroy(customer.id));
  await step('missing charge', omise.charges.retrieve('chrg_test_404'));
}

main().catch((err) => {
  console.error(err);
  process.exit(1);
});
