impl Client {
    /**Put a thing on a shelf.

What was there before is gone.

Sends `PUT /shelves/{shelfId}/things/{number}`. The caller needs the role Shelf Owner or Carpenter.

# Parameters

- `shelfId`: The shelf.
- `number`: Its place on the shelf.
- `dryRun`: Whether only to try.
- `type`: Its kind.
- `X-Request-Id`: For tracing.
- `X-Tenant`: Whose shelf it is.

# Errors

[`Error`], with the code that the answer names, if it does:

- 409: `LOCKED`
- 5XX*/
    pub async fn put_thing(
        &self,
        shelf_id: &crate::ShelfId,
        number: &types::Number,
        dry_run: Option<bool>,
        type_: &str,
        x_request_id: Option<&str>,
        x_tenant: &str,
        body: &types::Thing,
    ) -> Result<types::Thing, Error> {
        self.call(&operations::PUT_THING)
            .path("shelfId", shelf_id)
            .path("number", number)
            .header("X-Request-Id", x_request_id)
            .header("X-Tenant", Some(x_tenant))
            .json(body)
            .query("dryRun", dry_run)
            .query("type", Some(type_))
            .fetch()
            .await
    }
    /**Give a thing a name.

Sends `POST /shelves/{shelfId}/things/{number}`.

# Parameters

- `shelfId`: The shelf.
- `number`: Its place on the shelf.

# Errors

[`Error`], with the code that the answer names, if it does:

- 4XX*/
    pub async fn name_thing(
        &self,
        shelf_id: &crate::ShelfId,
        number: &types::Number,
        body: &str,
    ) -> Result<(), Error> {
        self.call(&operations::NAME_THING)
            .path("shelfId", shelf_id)
            .path("number", number)
            .json(&body)
            .send()
            .await
    }
    /**Move a thing.

Sends `PATCH /shelves/{shelfId}/things/{number}`.

# Parameters

- `shelfId`: The shelf.
- `number`: Its place on the shelf.

# Errors

[`Error`], with the code that the answer names, if it does:

- 4XX*/
    pub async fn move_thing(
        &self,
        shelf_id: &crate::ShelfId,
        number: &types::Number,
        body: i64,
    ) -> Result<(), Error> {
        self.call(&operations::MOVE_THING)
            .path("shelfId", shelf_id)
            .path("number", number)
            .json(&body)
            .send()
            .await
    }
    /**Delete a thing.

Sends `DELETE /shelves/{shelfId}/things/{number}`.

# Parameters

- `shelfId`: The shelf.
- `number`: Its place on the shelf.

# Errors

[`Error`], with the code that the answer names, if it does:

- 4XX*/
    pub async fn delete_thing(
        &self,
        shelf_id: &crate::ShelfId,
        number: &types::Number,
    ) -> Result<(), Error> {
        self.call(&operations::DELETE_THING)
            .path("shelfId", shelf_id)
            .path("number", number)
            .send()
            .await
    }
}
