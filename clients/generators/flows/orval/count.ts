import { equal } from 'node:assert/strict';
import { single, suffix, today } from './account';
import {
  accountsSearch, customersCreate, invoicesApprove, invoicesCreate, invoicesGet, productsCreate,
  transactionsAssignToBillsInvoices, transactionsCreate,
} from './client';

async function account(type: 'Assets' | 'Income'): Promise<string> {
  return single((await accountsSearch({ type, limit: 1 })).data.data.accounts).id;
}

const customer = await customersCreate({ customer: `Shop ${suffix}` });
const product = await productsCreate({ name: `Beans ${suffix}`, categoryAccountUuid: await account('Income') });
const created = await invoicesCreate({
  customerUuid: customer.data.data.id, invoiceNumber: `A-${suffix}`, invoiceType: 'invoice', date: today, dueDate: today,
  isDraft: true, products: [{ productUuid: product.data.data.id, quantity: 3, price: 19.99, taxes: [] }],
});
const id = created.data.data.id;
await invoicesApprove(id, {});

const invoice = (await invoicesGet(id)).data.data;
equal(invoice.total, 59.97);
equal(invoice.amountDue, 59.97);

const deposit = await transactionsCreate({
  accUuid: await account('Assets'), amount: 20, postedDate: today, type: 'Income',
});
await transactionsAssignToBillsInvoices(deposit.data.data.id, {
  matchingType: 'invoice', records: [{ id, paymentAmount: 20 }],
});
equal((await invoicesGet(id)).data.data.amountDue, 39.97);
