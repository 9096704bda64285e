/**
 * A pattern for a secret that its name gives away: `name`, what else the name may hold, an assignment in any of the
 * usual notations (`=`, `:`, `=>`, `:=`, `, `, a space after a flag), and the `value` as the first group.
 */
export function assigned(name: string, value: string): RegExp {
  return new RegExp(`${name}[\\w.-]{0,32}${ASSIGNMENT}(${value})(?![\\w+/-])`, 'i');
}

/** Closing quote of the name, operator, opening quote of the value. */
export const ASSIGNMENT = `(?:\\\\{0,3}["'\`])?[\\])]?(?:\\s{0,4}(?:=>|:=|==|[=:,>(])(?:\\s{0,4}|[ \\t]{5,24})|\\s{1,4})(?:\\\\{0,3}["'\`]){0,2}`;
