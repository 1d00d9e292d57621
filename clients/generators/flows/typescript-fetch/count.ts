import { equal } from 'node:assert/strict';
import { authorizedFetch, baseUrl, single, suffix, today } from './account';
import { AccountsApi, Configuration, CustomersApi, InvoicesApi, ProductsApi, TransactionsApi } from './client';

const configuration = new Configuration({ basePath: baseUrl, fetchApi: authorizedFetch });
const invoices = new InvoicesApi(configuration);
const transactions = new TransactionsApi(configuration);

async function account(type: 'Assets' | 'Income'): Promise<string> {
  const response = await new AccountsApi(configuration).accountsSearch({ type, limit: 1 });
  return single(response.data.accounts).id;
}

const customer = await new CustomersApi(configuration).customersCreate({
  customerCreate: { customer: `Shop ${suffix}` },
});
const product = await new ProductsApi(configuration).productsCreate({
  productCreate: { name: `Beans ${suffix}`, categoryAccountUuid: await account('Income') },
});
const created = await invoices.invoicesCreate({ invoiceCreate: {
  customerUuid: customer.data.id, invoiceNumber: `A-${suffix}`, invoiceType: 'invoice', date: today, dueDate: today,
  isDraft: true, products: [{ productUuid: product.data.id, quantity: 3, price: 19.99, taxes: [] }],
} });
const invoiceId = created.data.id;
await invoices.invoicesApprove({ invoiceId, body: {} });

const invoice = (await invoices.invoicesGet({ invoiceId })).data;
equal(invoice.total, 59.97);
equal(invoice.amountDue, 59.97);

const deposit = await transactions.transactionsCreate({
  transactionCreate: { accUuid: await account('Assets'), amount: 20, postedDate: today, type: 'Income' },
});
await transactions.transactionsAssignToBillsInvoices({
  transactionId: deposit.data.id,
  transactionAssignment: { matchingType: 'invoice', records: [{ id: invoiceId, paymentAmount: 20 }] },
});
equal((await invoices.invoicesGet({ invoiceId })).data.amountDue, 39.97);
