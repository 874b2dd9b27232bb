/** A start that cannot succeed as configured; `message` is printed as it is, for a person. Exit code 78. */
export class ConfigError extends Error {
  constructor(message: string, options?: ErrorOptions) {
    super(message, options);
    this.name = 'ConfigError';
  }
}
