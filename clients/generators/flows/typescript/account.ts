// The account that the generated clients use, and what every flow needs.
import { createHash, createHmac } from 'node:crypto';

export const baseUrl = variable('BASE_URL');
export const today = new Date().toISOString().slice(0, 10);
/** For names and numbers that must be new. */
export const suffix = String(Date.now());

/** Return a request with the account's credentials, signed if the account has a secret. */
export async function authorize(request: Request): Promise<Request> {
  const headers = new Headers(request.headers);
  headers.set('Authorization', `Bearer ${variable('TOKEN')}`);
  if (process.env.CLIENT_SECRET) await sign(request, headers);
  return new Request(request, { headers });
}

export async function authorizedFetch(input: RequestInfo | URL, init?: RequestInit): Promise<Response> {
  return fetch(await authorize(new Request(input, init)));
}

// METHOD:PATH:TIMESTAMP:BODYHASH, as COUNT's documents describe it.
async function sign(request: Request, headers: Headers): Promise<void> {
  const path = new URL(request.url).pathname.replace(/^.*\/partners/, '');
  const time = String(Math.floor(Date.now() / 1000));
  const body = await request.clone().text();
  const hash = body && createHash('sha256').update(body).digest('hex');
  const signed = `${request.method}:${path}:${time}:${hash}`;
  headers.set('x-client-id', variable('CLIENT_ID'));
  headers.set('x-timestamp', time);
  headers.set('x-signature', createHmac('sha256', variable('CLIENT_SECRET')).update(signed).digest('hex'));
}

/** Return the record of a response that has one record or a list of several. */
export function single<T>(value: T | T[]): T {
  const record = Array.isArray(value) ? value[0] : value;
  if (record === undefined) throw new Error('the list is empty');
  return record;
}

/** Return the data of a response, or throw its error. */
export function dataOf<T>(response: { data?: T; error?: unknown }): T {
  if (response.data === undefined) throw new Error(JSON.stringify(response.error));
  return response.data;
}

function variable(name: string): string {
  const value = process.env[name];
  if (!value) throw new Error(`${name} is not set`);
  return value;
}
