import { SetMetadata } from '@nestjs/common';

export const PUBLIC = 'gatehouse:public';

/** Declares that an endpoint answers everyone. Every other endpoint declares its permission. */
export const Public = () => SetMetadata(PUBLIC, true);
