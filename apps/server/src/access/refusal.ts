import type { CredentialProblem } from '@gatehouse/identity';
import { type HttpException, ServiceUnavailableException, UnauthorizedException } from '@nestjs/common';

/**
 * What REST says to a credential that is none: 401 with one code, whatever is wrong with it, for why it failed is the
 * audit log's business; 503 where only the database could tell and does not, so that nobody throws a good one away.
 */
export function refusalOf(problem: CredentialProblem): HttpException {
  if (problem !== 'unverifiable') {
    return new UnauthorizedException({ code: 'TOKEN_INVALID', message: 'A valid access token is needed.' });
  }
  const unverifiable = new ServiceUnavailableException({
    code: 'TOKEN_UNVERIFIABLE',
    message: 'The access token cannot be verified now.',
  });
  return Object.assign(unverifiable, { retryAfterS: 1 });
}
