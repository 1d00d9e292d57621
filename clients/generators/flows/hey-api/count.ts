import { equal } from 'node:assert/strict';
import { authorize, baseUrl, single, suffix, today } from './account';
import { client } from './client/client.gen';
import {
  accountsSearch, customersCreate, invoicesApprove, invoicesCreate, invoicesGet, productsCreate,
  transactionsAssignToBillsInvoices, transactionsCreate,
} from './client/sdk.gen';

client.setConfig({ baseUrl });
client.interceptors.request.use(authorize);
const throwOnError = true;

async function account(type: 'Assets' | 'Income'): Promise<string> {
  const response = await accountsSearch({ throwOnError, query: { type, limit: 1 } });
  return single(response.data.data.accounts).id;
}

const customer = await customersCreate({ throwOnError, body: { customer: `Shop ${suffix}` } });
const product = await productsCreate({
  throwOnError, body: { name: `Beans ${suffix}`, categoryAccountUuid: await account('Income') },
});
const created = await invoicesCreate({ throwOnError, body: {
  customerUuid: customer.data.data.id, invoiceNumber: `A-${suffix}`, invoiceType: 'invoice', date: today, dueDate: today,
  isDraft: true, products: [{ productUuid: product.data.data.id, quantity: 3, price: 19.99, taxes: [] }],
} });
const path = { invoiceId: created.data.data.id };
await invoicesApprove({ throwOnError, path, body: {} });

const invoice = (await invoicesGet({ throwOnError, path })).data.data;
equal(invoice.total, 59.97);
equal(invoice.amountDue, 59.97);

const deposit = await transactionsCreate({
  throwOnError, body: { accUuid: await account('Assets'), amount: 20, postedDate: today, type: 'Income' },
});
await transactionsAssignToBillsInvoices({
  throwOnError, path: { transactionId: deposit.data.data.id },
  body: { matchingType: 'invoice', records: [{ id: invoice.id, paymentAmount: 20 }] },
});
equal((await invoicesGet({ throwOnError, path })).data.data.amountDue, 39.97);
