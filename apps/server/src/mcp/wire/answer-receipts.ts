import { type CommittedRow, rowReceipts } from '@gatehouse/audit';
import { isJsonObject, type JsonObject, type JsonValue } from '@gatehouse/kernel';

/** Where an answer says in which rows it is recorded: in `_meta` of a result, in `data` of an error. */
export const RECEIPTS_KEY = 'gatehouse/receipts';

type Body = { readonly result: JsonValue } | { readonly error: JsonObject };

/**
 * The answer with the receipts of its rows. What a server behind wrote there under the same name goes; an error of it
 * whose `data` is no object has no place for them, and stays as it is.
 */
export function withReceipts(body: Body, rows: readonly CommittedRow[]): Body {
  const receipts = rowReceipts(...rows).map((receipt) => ({ ...receipt }));
  if (receipts.length === 0) return body;
  if ('error' in body) {
    const { data = {} } = body.error;
    return isJsonObject(data)
      ? { error: { ...body.error, data: { ...data, [RECEIPTS_KEY]: receipts } } }
      : body;
  }
  const { result } = body;
  if (!isJsonObject(result)) return body;
  const meta = isJsonObject(result._meta) ? result._meta : {};
  return { result: { ...result, _meta: { ...meta, [RECEIPTS_KEY]: receipts } } };
}
