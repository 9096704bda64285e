import { HttpException, Injectable } from '@nestjs/common';
import { AuthGuard } from '@nestjs/passport';
import { refusalOf } from './refusal.ts';

/** Refuses as `refusalOf` says; what Passport itself finds wrong with a token is a token that is none. */
@Injectable()
export class JwtGuard extends AuthGuard('jwt') {
  override handleRequest<Caller>(error: unknown, caller: Caller | false): Caller {
    if (error instanceof HttpException) throw error;
    if (caller === false || caller === null || caller === undefined) throw refusalOf('malformed');
    return caller;
  }
}
