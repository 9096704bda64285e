import { isLikelyPassword } from '../judge/assigned-value.ts';
import { isUrlPassword } from '../judge/url-password.ts';
import type { SecretRule } from '../rule.ts';

const IOS = 'https://www.cisco.com/c/en/us/td/docs/ios-xml/ios/security/d1/sec-d1-cr-book.html';

function line(id: string, description: string, keywords: readonly string[], pattern: RegExp): SecretRule {
  return {
    id,
    description,
    keywords,
    pattern,
    glued: 'no',
    confidence: 'medium',
    judge: (value) => isUrlPassword(value),
    source: IOS,
  };
}

/** Lines of a router's or switch's running configuration. A digit before the value says how it is kept. */
export const networkDeviceRules: readonly SecretRule[] = [
  line(
    'network-device-password',
    'Enable secret or user password in the configuration of a network device',
    ['enable secret ', 'enable password ', 'username '],
    /(?:enable (?:secret|password)(?: level [0-9]{1,2})?|username [\w.@-]{1,64}(?: privilege [0-9]{1,2})? (?:secret|password)) [0-9] ([^\s<>"']{4,128})(?=\s|$)/,
  ),
  {
    id: 'network-device-enable-password',
    description: 'Enable password that stands in the clear in the configuration of a network device',
    keywords: ['enable secret ', 'enable password '],
    pattern: /enable (?:secret|password) ([^\s<>"']{8,128})(?=\s|$)/,
    glued: 'no',
    confidence: 'medium',
    judge: (value) => isLikelyPassword(value, false),
    source: IOS,
  },
  line(
    'snmp-community',
    'SNMP community string that may write',
    ['snmp-server community '],
    /snmp-server community ([^\s<>"']{2,64}) (?:view [\w-]{1,64} )?rw(?![A-Za-z0-9])/i,
  ),
  line(
    'network-device-shared-key',
    'Key that a network device shares with RADIUS, TACACS+ or a peer',
    ['radius-server key ', 'tacacs-server key ', 'pac key ', 'key-string ', 'pre-shared-key ', 'isakmp key '],
    /(?:(?:radius|tacacs)-server key|pac key|key-string|pre-shared-key|isakmp key) (?:[0-9] ([^\s<>"']{4,128})|([^\s<>"']{8,128}))(?=\s|$)/,
  ),
];
