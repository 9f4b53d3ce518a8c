"""Documents and exports, plain values in and bytes out; and files of payments, the other way round.

Nothing here knows a database or an HTTP request. Each ``write_…`` writes into a binary file; lists are read
once, row by row, so that a hundred thousand of them fit in little memory. The libraries behind PDF, XML and
spreadsheets are those of the extra ``[documents]``; without it, ``MisconfiguredConnector`` says what to do.
"""
