import type { ServiceError, StatusObject } from '@grpc/grpc-js';

/** As much of a client's bidirectional call (grpc-js's ClientDuplexStream) as the services use, so that another one fits. */
export interface ClientCall<Request, Response> {
  on(event: 'data', listener: (response: Response) => void): unknown;
  on(event: 'end', listener: () => void): unknown;
  on(event: 'error', listener: (error: ServiceError) => void): unknown;
  on(event: 'status', listener: (told: StatusObject) => void): unknown;
  write(request: Request): boolean;
  end(): unknown;
  cancel(): void;
}

/** The same of a server's (ServerDuplexStream). */
export interface ServerCall<Request, Response> {
  readonly cancelled: boolean;
  on(event: 'data', listener: (request: Request) => void): unknown;
  on(event: 'end' | 'cancelled' | 'error', listener: () => void): unknown;
  /** Ends the call with this status. */
  emit(event: 'error', end: Pick<StatusObject, 'code' | 'details'>): boolean;
  write(response: Response): boolean;
  end(): unknown;
}
