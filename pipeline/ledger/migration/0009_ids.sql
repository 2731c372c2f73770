-- Who has an ID of the provider: an answer that gives it to another row is not
-- believed.
CREATE INDEX customer_by_id ON customer (namespace, customer_id) WHERE customer_id <> '';
