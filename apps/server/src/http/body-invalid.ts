import { AppError, type StrictJsonProblem } from '@gatehouse/kernel';

const SENTENCES: Readonly<Record<StrictJsonProblem, string>> = {
  invalid_utf8: 'The body is not valid UTF-8.',
  not_json: 'The body is not JSON.',
  too_deep: 'The body is nested deeper than 100 levels.',
  duplicate_key: 'The body has a key twice in one object.',
  prototype_key: 'The body has a key named __proto__.',
  lone_surrogate: 'The body has a lone surrogate in a string.',
  number_not_exact: 'The body has a number that a double cannot hold exactly.',
};

/** Why a body is refused, as a sentence that quotes nothing of it. */
export function bodyProblemSentence(problem: StrictJsonProblem): string {
  return SENTENCES[problem];
}

export function bodyInvalid(problem: StrictJsonProblem): AppError {
  return new AppError('BODY_INVALID', SENTENCES[problem]);
}
