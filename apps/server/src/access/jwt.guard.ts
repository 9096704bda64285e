import { Injectable, UnauthorizedException } from '@nestjs/common';
import { AuthGuard } from '@nestjs/passport';

/** Answers 401 with one code, whatever is wrong with the token: why it failed is the audit log's business. */
@Injectable()
export class JwtGuard extends AuthGuard('jwt') {
  override handleRequest<Caller>(_error: unknown, caller: Caller | false): Caller {
    if (caller === false || caller === null || caller === undefined) {
      throw new UnauthorizedException({ code: 'TOKEN_INVALID', message: 'A valid access token is needed.' });
    }
    return caller;
  }
}
