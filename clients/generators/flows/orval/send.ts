// Orval's functions send by this one, so base URL and credentials are in one place.
import { authorizedFetch, baseUrl } from './account';

export async function send<T>(url: string, options: RequestInit): Promise<T> {
  const response = await authorizedFetch(baseUrl + url, options);
  const text = await response.text();
  if (!response.ok) throw new Error(`${response.status} ${text}`);
  return { data: text ? JSON.parse(text) : undefined, status: response.status, headers: response.headers } as T;
}
