/** One difference between two OpenAPI documents, as people who call the API would name it. */
export interface OpenapiChange {
  readonly change: 'added' | 'removed' | 'changed';
  readonly kind:
    | 'operation'
    | 'parameter'
    | 'request-body'
    | 'response'
    | 'schema'
    | 'security'
    | 'server'
    | 'info'
    | 'other';
  /**
   * What people call it: `GET /invoices/{id}`, `GET /invoices: query limit`, `Invoice.amount`, `info.version`. Taken
   * from the documents, shortened but not escaped: whoever prints it makes it printable.
   */
  readonly name: string;
  /** Whether callers that worked before may stop working. */
  readonly breaking: boolean;
  /** One short clause, e.g. `now required`, `type: integer -> string`; '' where `change` says all. Not escaped either. */
  readonly detail: string;
}
