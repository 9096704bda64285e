import { AppError } from '@gatehouse/kernel';

/** SQLSTATE `query_canceled`: the statement's timeout. */
const CANCELED = '57014';

/**
 * What was asked, or an error that says what to do about a question that no page bounds: one that adds up.
 * @throws AppError `DATABASE_QUERY_TIMEOUT`, and what PostgreSQL says
 */
export async function inTime<T>(asked: Promise<T>): Promise<T> {
  try {
    return await asked;
  } catch (error) {
    if ((error as { code?: unknown }).code !== CANCELED) throw error;
    throw new AppError('DATABASE_QUERY_TIMEOUT', 'That took longer than 10 seconds and was ended.', {
      hint: 'Ask about a shorter time, for example by --since.',
      cause: error,
    });
  }
}
