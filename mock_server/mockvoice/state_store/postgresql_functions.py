"""Functions in PostgreSQL that take leases.

Each is called in a transaction of its own, so that no lock is held while PostgreSQL waits for a server,
which may have been paused or cut off meanwhile.
"""

# What ``acquire_lease`` returns besides epochs, which begin with 1.
REMOVED, HELD, BUSY = 0, -1, -2
# After how many seconds a sandbox that was claimed and never stored may be claimed again.
CLAIM_SECONDS = 5

FUNCTIONS = """
    CREATE FUNCTION is_alive(node_id bigint) RETURNS boolean AS $$
        SELECT count(*) > 0 FROM nodes WHERE id = node_id AND expires_at >= clock_timestamp()
    $$ LANGUAGE sql;

    -- Take the lease of a sandbox, if no other node that is alive has it; with ``ask``, ask that node for it.
    CREATE FUNCTION acquire_lease(sandbox_id bigint, taker bigint, ask boolean) RETURNS bigint AS $$
    DECLARE
        holder bigint;
        holder_is_alive boolean;
        new_epoch bigint;
    BEGIN
        SELECT node INTO holder FROM leases WHERE sandbox = sandbox_id;
        IF NOT FOUND THEN
            RETURN 0;
        END IF;
        IF holder <> taker AND is_alive(holder) THEN
            IF ask THEN
                PERFORM pg_notify('mockvoice_node_' || holder, sandbox_id::text);
            END IF;
            RETURN -1;
        END IF;
        IF NOT is_alive(taker) THEN
            RETURN -2;
        END IF;
        -- A batch whose outcome is unknown may still have this lock.
        SELECT node INTO holder FROM leases WHERE sandbox = sandbox_id FOR UPDATE NOWAIT;
        IF NOT FOUND THEN
            RETURN 0;
        END IF;
        IF holder <> taker THEN
            -- With this lock, the holder cannot renew its leases before this one is taken.
            SELECT expires_at >= clock_timestamp() INTO holder_is_alive
            FROM nodes WHERE id = holder FOR SHARE;
            IF holder_is_alive THEN
                RETURN -1;
            END IF;
        END IF;
        UPDATE leases SET node = taker, epoch = epoch + 1 WHERE sandbox = sandbox_id
        RETURNING epoch INTO new_epoch;
        RETURN new_epoch;
    EXCEPTION
        WHEN lock_not_available THEN
            RETURN -2;
    END
    $$ LANGUAGE plpgsql;

    -- Insert a sandbox without a description, and its lease; return its id, or nothing if the name is taken.
    CREATE FUNCTION claim_sandbox(sandbox_name text, sandbox_tag text, taker bigint, seconds integer)
    RETURNS bigint AS $$
    DECLARE
        unfinished bigint;
        number bigint;
    BEGIN
        SELECT id INTO unfinished FROM sandboxes JOIN leases ON sandbox = id
        WHERE name = sandbox_name AND description = '' AND (
            node IS NULL OR node = taker OR NOT is_alive(node)
            OR claimed_at < clock_timestamp() - make_interval(secs => seconds)
        );
        IF FOUND THEN
            -- The lease is locked first, as batches do.
            PERFORM 1 FROM leases WHERE sandbox = unfinished FOR UPDATE NOWAIT;
            DELETE FROM sandboxes WHERE id = unfinished AND description = '';
            IF FOUND THEN
                DELETE FROM leases WHERE sandbox = unfinished;
            END IF;
        END IF;
        INSERT INTO sandboxes (name, tag, description, claimed_at)
        VALUES (sandbox_name, sandbox_tag, '', clock_timestamp())
        ON CONFLICT (name) DO NOTHING RETURNING id INTO number;
        IF FOUND THEN
            INSERT INTO leases VALUES (number, taker, 1);
        END IF;
        RETURN number;
    EXCEPTION
        WHEN lock_not_available THEN
            RETURN NULL;
    END
    $$ LANGUAGE plpgsql;
"""
