/** A user of the shared broker. */
export const saslUser = 'millrace';
export const saslPassword = 'Canary+Sasl/4f1c9e==';

/** Every form in which a secret could slip out: as it is, and as URLs, JSON, headers and dumps would render it. */
export function formsOf(secret: string): string[] {
  const bytes = Buffer.from(secret);
  return [
    secret,
    encodeURIComponent(secret),
    JSON.stringify(secret).slice(1, -1),
    bytes.toString('base64').replace(/=+$/, ''),
    bytes.toString('base64url'),
    bytes.toString('hex'),
    Buffer.from(`\0${saslUser}\0${secret}`).toString('base64').replace(/=+$/, ''),
  ];
}
