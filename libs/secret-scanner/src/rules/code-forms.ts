import { isCertainlyGenerated, isLikelyPassword } from '../judge/assigned-value.ts';
import { isNameOfSecret } from '../judge/secret-name.ts';
import type { SecretRule } from '../rule.ts';

const HARD_CODED = 'https://cwe.mitre.org/data/definitions/798.html';

/** Passwords in the forms in which code, scripts and settings files hand them over. */
export const codeFormRules: readonly SecretRule[] = [
  {
    id: 'password-argument',
    description: 'Password handed to a setter or a constructor: setPassword("…"), Credentials("user", "…")',
    keywords: ['password(', 'credential(', 'credentials(', 'passwordauthentication('],
    pattern:
      /(?:password|credentials?|passwordauthentication)\(\s{0,4}(?:["'][^"'\n]{1,64}["']\s{0,4},\s{0,4})?["']([^"'\s\\]{6,128})["'](?:\.toCharArray\(\))?\s{0,4}[,)]/i,
    glued: 'any',
    confidence: 'medium',
    judge: (value) => isLikelyPassword(value, true),
    source: HARD_CODED,
  },
  {
    id: 'password-definition',
    description:
      'Password defined as a constant or an entry: define(\'DB_PASSWORD\', \'…\'), key="Password" value="…"',
    keywords: ['password"', "password'", 'passwd"', "passwd'", '_pass"', "_pass'", 'pwd"', "pwd'"],
    pattern:
      /(?:password|passwd|_pass|pwd)["'](?:\s{0,4},\s{0,4}|\s{1,8}value\s{0,2}=\s{0,2})["']([^"'\s\\]{6,128})["']/i,
    glued: 'any',
    confidence: 'medium',
    judge: (value) => isLikelyPassword(value, true),
    source: HARD_CODED,
  },
  {
    id: 'secret-definition',
    description:
      'Generated value defined as a constant or an entry: put("token", "…"), key="ApiKey" value="…"',
    keywords: ['token"', "token'", 'secret"', "secret'", 'key"', "key'"],
    pattern:
      /(?:token|secret|api_?key|access_?key|auth_?key|private_?key)["'](?:\s{0,4},\s{0,4}|\s{1,8}value\s{0,2}=\s{0,2})["']([^"'\s\\]{10,512})["']/i,
    lookback: [0, 3, 4, 5, 6, 7, 8],
    glued: 'any',
    confidence: 'medium',
    judge: (value, match) => isNameOfSecret(match) && isCertainlyGenerated(value),
    source: HARD_CODED,
  },
  {
    id: 'password-named-pass',
    description: 'Password given to the name pass',
    keywords: ['pass"', "pass'", 'pass:', 'pass=', 'pass ='],
    pattern: /pass["']?\s{0,4}(?:=>|[:=])\s{0,4}(?:["']([^"'\s\\]{6,128})["']|([^\s"'`,;<>(){}\\]{8,128}))/i,
    glued: 'word',
    context: true,
    confidence: 'medium',
    judge: (value, match) => isLikelyPassword(value, match[1] !== undefined),
    source: HARD_CODED,
  },
  {
    id: 'authentication-pair',
    description: "User and password as a pair: auth=('user', '…')",
    keywords: ['auth=(', 'auth = (', 'auth=[', 'auth: ['],
    pattern:
      /auth\s?[=:]\s?[([]\s{0,4}["'][^"'\n]{1,64}["']\s{0,4},\s{0,4}["']([^"'\s\\]{6,128})["']\s{0,4}[)\]]/,
    glued: 'word',
    confidence: 'medium',
    judge: (value) => isLikelyPassword(value, true),
    source: 'https://requests.readthedocs.io/en/latest/user/authentication/',
  },
  {
    id: 'dockerfile-password',
    description: 'Password in an ENV line of a Dockerfile, without an equals sign',
    keywords: ['env '],
    pattern: /ENV [A-Z][A-Z0-9_]{0,40}(?:PASSWORD|PASSWD|_PASS|SECRET|TOKEN|API_KEY) ["']?([^\s"'$]{8,256})/,
    confidence: 'medium',
    judge: (value) => isLikelyPassword(value, false),
    source: 'https://docs.docker.com/reference/dockerfile/#env',
  },
  {
    id: 'windows-account-password',
    description: 'Password of a new Windows account: net user',
    keywords: ['net user '],
    pattern: /net user [\w.\\-]{1,64} ([^\s"'/*]{6,128}) \/add/i,
    confidence: 'medium',
    judge: (value) => isLikelyPassword(value, false),
    source: 'https://learn.microsoft.com/en-us/windows-server/administration/windows-commands/net-user',
  },
  {
    id: 'unix-account-password',
    description: 'Password piped into chpasswd',
    keywords: ['echo '],
    pattern:
      /echo (?:-[en]{1,2} )?["']?[\w.-]{1,32}:([^\s"':|]{6,64})["']?\s{0,4}\|\s{0,4}(?:sudo )?chpasswd/,
    confidence: 'medium',
    judge: (value) => isLikelyPassword(value, false),
    source: 'https://man7.org/linux/man-pages/man8/chpasswd.8.html',
  },
  {
    id: 'directory-entry-password',
    description: 'Password handed to a DirectoryEntry of .NET',
    keywords: ['directoryentry('],
    pattern:
      /directoryentry\(\s{0,4}"[^"\n]{3,100}"\s{0,80},\s{0,80}"[^"\n]{2,100}"\s{0,80},\s{0,80}"([^"\s]{6,128})"/i,
    glued: 'any',
    confidence: 'medium',
    judge: (value) => isLikelyPassword(value, true),
    source: 'https://learn.microsoft.com/en-us/dotnet/api/system.directoryservices.directoryentry',
  },
];
