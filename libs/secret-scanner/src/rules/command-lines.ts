import { isLikelyGenerated, isLikelyPassword } from '../judge/assigned-value.ts';
import { isBasicCredentials } from '../judge/basic-credentials.ts';
import { isUrlPassword, isUserAndPassword } from '../judge/url-password.ts';
import type { SecretRule } from '../rule.ts';

const CURL = 'https://curl.se/docs/manpage.html';
const HEADER = 'https://www.rfc-editor.org/rfc/rfc9110#section-11.6.2';

/** What stands in shell commands, HTTP headers and the files that clients keep their logins in. */
export const commandLineRules: readonly SecretRule[] = [
  {
    id: 'http-authorization-header',
    description: 'Credentials of an Authorization header',
    keywords: ['authorization'],
    pattern:
      /authorization(?:\\{0,3}["'`])?\]?\s{0,4}[:=,]\s{0,4}(?:\\{0,3}["'`])?(?:(?:bearer|token|api-?key|api-token|key|bot|ssws|genie-?key|apikey|splunk)\s{1,4})?([\w~@.+/-]{8,512}={0,2})/i,
    glued: 'any',
    context: true,
    confidence: 'medium',
    judge: (value) => isLikelyGenerated(value, 2.7),
    source: HEADER,
  },
  {
    id: 'http-basic-credentials',
    description: 'User and password of HTTP Basic authentication (RFC 7617)',
    keywords: ['basic '],
    pattern: /basic\s{1,4}([A-Za-z0-9+/]{8,512}={0,2})(?![A-Za-z0-9+/=])/i,
    glued: 'no',
    confidence: 'high',
    judge: isBasicCredentials,
    source: 'https://www.rfc-editor.org/rfc/rfc7617#section-2',
  },
  {
    id: 'http-bearer-token',
    description: 'Bearer token (RFC 6750)',
    keywords: ['bearer '],
    pattern: /bearer\s{1,4}([A-Za-z0-9._~+/-]{16,4096}={0,2})/i,
    confidence: 'medium',
    judge: (value) => isLikelyGenerated(value),
    source: 'https://www.rfc-editor.org/rfc/rfc6750#section-2.1',
  },
  {
    id: 'command-line-user',
    description: 'User and password after -u or --user, as curl and many others take them',
    keywords: [' -u', '--user', '--proxy-user'],
    pattern:
      /(?: -u|--(?:proxy-)?user)[\s=]{0,4}["']?([^\s"':=-][^\s"':]{0,127}["']?:["']?[^\s"'\\]{0,128}|:[^\s"'\\]{4,128})/,
    glued: 'any',
    confidence: 'high',
    judge: isUserAndPassword,
    source: CURL,
  },
  {
    id: 'api-key-header',
    description: 'Credential in a header such as X-Api-Key, Private-Token or X-Auth-Token',
    keywords: [
      'x-api-key',
      'api-token',
      'private-token',
      'x-auth-token',
      'x-access-token',
      'apikey:',
      'api-key:',
      '"token:',
      "'token:",
      'x-token',
    ],
    pattern:
      /(?:["'])?(?:x-)?(?:api-?key|api-token|private-token|auth-token|access-token|token)(?:\\{0,3}["'`])?\]?\s{0,4}[:=,]\s{0,4}(?:\\{0,3}["'`])?([\w~@.+/-]{10,512}={0,2})/i,
    glued: 'any',
    context: true,
    confidence: 'medium',
    judge: (value) => isLikelyGenerated(value, 2.7),
    source: 'https://cwe.mitre.org/data/definitions/798.html',
  },
  {
    id: 'database-client-password',
    description: 'Password on the command line of a database client',
    keywords: ['mysql', 'mariadb', 'sqlcmd', 'redis-cli', 'mongosh', 'mongo ', 'psql'],
    pattern:
      /(?:mysql(?:dump|admin|import)?|mariadb(?:-dump)?|sqlcmd|redis-cli|mongosh?|psql)\s(?:[^\n|;]{0,200}?\s)?(?:-p(?=[^\s-])|-a\s{1,4}|-P\s{1,4}|--pass(?:word)?[= ])["']?([^\s"'<$]{6,128})/,
    glued: 'any',
    confidence: 'medium',
    judge: (value) => isLikelyPassword(value, false),
    source: 'https://dev.mysql.com/doc/refman/8.4/en/password-security-user.html',
  },
  {
    id: 'command-line-password',
    description: 'Password given to sshpass, docker login, openssl, az, net use and the like',
    keywords: [
      'sshpass',
      'docker login',
      'podman login',
      'helm registry login',
      'az login',
      'passin pass:',
      'passout pass:',
      'htpasswd',
      'kinit',
      'smbclient',
      'xfreerdp',
      'rdesktop',
      'ldapsearch',
      'ipmitool',
    ],
    pattern:
      /(?:sshpass|(?:docker|podman|helm registry|az) login|htpasswd|kinit|smbclient|xfreerdp|rdesktop|ldapsearch|ipmitool|pass(?:in|out))(?:\s[^\n|;]{0,200}?)?\s(?:-p\s{0,3}|-w\s{1,3}|-P\s{1,3}|--password[= ]|\/p:|pass:)["']?([^\s"'<$]{6,128})/,
    confidence: 'medium',
    judge: (value) => isLikelyPassword(value, false),
    source: 'https://cwe.mitre.org/data/definitions/214.html',
  },
  {
    id: 'docker-registry-auth',
    description: 'Login of a Docker client configuration: user and password in base64',
    keywords: ['auth"', 'auth='],
    pattern: /auth(?:\\{0,3}")?\s{0,4}[:=]\s{0,4}\\{0,3}"([A-Za-z0-9+/]{12,1024}={0,2})\\{0,3}"/,
    context: true,
    confidence: 'high',
    judge: isBasicCredentials,
    source: 'https://docs.docker.com/reference/cli/docker/login/',
  },
  {
    id: 'netrc-password',
    description: 'Password of a .netrc entry',
    keywords: ['machine '],
    pattern:
      /machine\s{1,4}[\w.:-]{1,200}\s{1,8}login\s{1,4}[^\s]{1,200}\s{1,8}password\s{1,4}([^\s]{4,256})/,
    confidence: 'high',
    judge: (password) => isUrlPassword(password),
    source: 'https://www.gnu.org/software/inetutils/manual/html_node/The-_002enetrc-file.html',
  },
  {
    id: 'kubeconfig-client-key',
    description: 'Client key of a kubeconfig',
    keywords: ['client-key-data'],
    pattern: /client-key-data(?:\\{0,3}")?\s{0,4}[:=]\s{0,4}(?:\\{0,3}")?(LS0t[A-Za-z0-9+/]{60,8000}={0,2})/,
    context: true,
    confidence: 'high',
    judge: () => true,
    source: 'https://kubernetes.io/docs/concepts/configuration/organize-cluster-access-kubeconfig/',
  },
  {
    id: 'kubernetes-bootstrap-token',
    description: 'Kubernetes bootstrap token',
    keywords: ['kubeadm', '--token'],
    pattern: /(?:kubeadm[^\n]{0,120}?--token|--token)[= ]([a-z0-9]{6}\.[a-z0-9]{16})(?![a-z0-9])/,
    context: true,
    confidence: 'high',
    source: 'https://kubernetes.io/docs/reference/access-authn-authz/bootstrap-tokens/',
  },
  {
    id: 'connection-string-password',
    description: 'Password of an ADO.NET, ODBC or libpq connection string',
    keywords: ['password=', 'pwd='],
    pattern: /(?<=[;"'\s])(?:password|pwd)=([^;\s"'<>{}]{3,128})(?=;|["']|\s|$)/i,
    confidence: 'medium',
    judge: (value, match) =>
      /(?:server|data source|host|uid|user id|user|dbname|database)\s{0,2}=/i.test(
        match.input.slice(Math.max(0, match.index - 200), match.index),
      ) && isUrlPassword(value),
    source: 'https://learn.microsoft.com/en-us/dotnet/framework/data/adonet/connection-string-syntax',
  },
  {
    id: 'rails-master-key',
    description: 'Rails master key',
    keywords: ['rails_master_key', 'secret_key_base'],
    pattern:
      /(?:rails_master_key|secret_key_base)(?:\\{0,3}["'])?\s{0,4}[:=]\s{0,4}["']?([0-9a-f]{128}|[0-9a-f]{32})(?![0-9a-f])/i,
    glued: 'any',
    context: true,
    confidence: 'high',
    source: 'https://guides.rubyonrails.org/security.html#custom-credentials',
  },
  {
    id: 'laravel-app-key',
    description: 'Laravel application key',
    keywords: ['base64:'],
    pattern: /base64:([A-Za-z0-9+/]{43}=)(?![A-Za-z0-9+/=])/,
    confidence: 'high',
    minEntropy: 4,
    source: 'https://laravel.com/docs/encryption#configuration',
  },
];
