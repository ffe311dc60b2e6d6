"""How Alembic runs here: on the connection and in the transaction that `migrate` opened."""

from alembic import context

from bot.adapters.database.tables import metadata

context.configure(
    connection=context.config.attributes["connection"],
    target_metadata=metadata,
    # SQLite can take back a change of tables too; Alembic does not expect it of it.
    transactional_ddl=True,
)
context.run_migrations()
