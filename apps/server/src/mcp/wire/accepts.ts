const JSON_TYPE = /(?:^|[\s,])(?:application\/(?:json|\*)|\*\/\*)(?:$|[\s,;])/i;
const STREAM_TYPE = /(?:^|[\s,])(?:text\/(?:event-stream|\*)|\*\/\*)(?:$|[\s,;])/i;

/** Whether an `Accept` header takes both forms that the answer to a POST may have. */
export function acceptsBoth(accept: string | undefined): boolean {
  return accept !== undefined && JSON_TYPE.test(accept) && STREAM_TYPE.test(accept);
}

/** Whether an `Accept` header takes a stream of events. */
export function acceptsStream(accept: string | undefined): boolean {
  return accept !== undefined && STREAM_TYPE.test(accept);
}
