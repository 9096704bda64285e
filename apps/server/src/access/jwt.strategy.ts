import { CredentialResolver, type Principal, TokenAudiences, TokenKey } from '@gatehouse/identity';
import { Inject, Injectable } from '@nestjs/common';
import { PassportStrategy } from '@nestjs/passport';
import type { FastifyRequest } from 'fastify';
import { ExtractJwt, Strategy } from 'passport-jwt';
import { bearerOf } from '../http/bearer.ts';
import { refusalOf } from './refusal.ts';

/**
 * Access tokens on the routes of people and of the command line. The signature is checked here; who it speaks for is
 * the stored session's to say, as at every other door.
 */
@Injectable()
export class JwtStrategy extends PassportStrategy(Strategy, 'jwt') {
  constructor(
    @Inject(TokenKey) key: TokenKey,
    @Inject(TokenAudiences) audiences: TokenAudiences,
    @Inject(CredentialResolver) private readonly credentials: CredentialResolver,
  ) {
    super({
      jwtFromRequest: ExtractJwt.fromAuthHeaderAsBearerToken(),
      secretOrKey: key.reveal(),
      algorithms: ['HS256'],
      issuer: audiences.issuer,
      audience: audiences.of('api')!,
      passReqToCallback: true,
    });
  }

  /** Passport's callback. @throws HttpException for a token that no live session stands behind, or can be seen to */
  async validate(request: FastifyRequest): Promise<Principal> {
    const outcome = await this.credentials.resolve(bearerOf(request), 'api', request.clientAddress);
    if (!outcome.ok) throw refusalOf(outcome.problem);
    return outcome.principal;
  }
}
